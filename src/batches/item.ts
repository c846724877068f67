import { z } from "zod";
import { POLICIES } from "../contract/batch-request.ts";
import { batchIdSchema } from "../contract/ids.ts";
import { modeSchema, prioritySchema } from "../contract/submit-request.ts";
import { contentSchema, jobErrorSchema } from "../jobs/life/job.ts";
import { derivedJobId } from "../platform/ids.ts";
import { ITEM_STATES } from "./item-states.ts";

/** What a request may say of an item's job beside its payload. */
export const wishesSchema = z.object({
  mode: modeSchema.optional(),
  priority: prioritySchema.optional(),
  customerId: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  tags: z.array(z.string()).optional(),
  /** Whoever sent the batch: nobody may approve what is their own. */
  submittedBy: z.string().optional(),
});

/** What an item's job is to be made of. */
export const askedSchema = z.object({
  wishes: wishesSchema,
  payload: z.record(z.string(), z.unknown()),
  /** The items that its payload takes results of, by their keys. */
  from: z.record(z.string(), z.int()),
});
export type Asked = z.infer<typeof askedSchema>;

/** An item of a batch, as it is kept. */
export const itemSchema = z.object({
  batchId: batchIdSchema,
  /** Its place in the request, which names it in keys. */
  index: z.int(),
  key: z.string(),
  state: z.enum(ITEM_STATES),
  /** Which operation of its job counts; 0 while it has no job, or could not have one. */
  run: z.int(),
  /** The batch's: whoever ends an item reads nothing of the batch. */
  policy: z.enum(POLICIES),
  isRoot: z.boolean(),
  jobType: z.string(),
  /** What its job is to be made of (`askedSchema`). Small ones only are in the row: forty of these are written together. */
  asked: contentSchema,
  /** What it depends on and what depends on it, where the lists are short; long ones have a row of their own. */
  links: z
    .object({
      parents: z.array(z.int()),
      children: z.array(z.int()),
      /** Children with so many parents that each edge has a row. */
      wide: z.array(z.int()),
    })
    .optional(),
  /** It has so many parents that each edge has a row. */
  isWide: z.boolean(),
  endedAt: z.date().optional(),
  /** Why it failed. */
  error: jobErrorSchema.optional(),
  /** It failed without a job: what its payload came to could not be accepted. */
  isJobless: z.boolean().optional(),
  /** Of its result. */
  outputDigest: z.string().optional(),
  /** Of the results of what it depends on, as they were when it was released. */
  inputDigest: z.string().optional(),
  /** How often it was released again. */
  round: z.int().optional(),
  /** It runs because somebody asked for it again, or because what it depends on has changed by that. */
  isRerun: z.boolean().optional(),
  /** Whoever had it run again last, if they said so: nobody may approve what is their own. */
  submittedBy: z.string().optional(),
  /** Of the request that had it run again last, if that had an idempotency key. */
  rerunKey: z.string().optional(),
  /** What depends on it is to run again when it has ended, if that changes what it takes in. */
  passesOn: z.boolean().optional(),
  /** What it depends on has run again: when all of that has ended, and itself, it may have to run again too. */
  isStale: z.boolean().optional(),
});
export type Item = z.infer<typeof itemSchema>;
export type Links = NonNullable<Item["links"]>;

/** More parents than this are not read one by one. */
export const MAX_PARENTS_READ = 32;

/** The job that the request wants when all items have ended is kept as one more item, behind all places. */
export const FINALLY_INDEX = 99_999;
/** What it is called: no item can be. */
export const FINALLY_KEY = "finally";

/** What names the item of an index. */
export interface ItemRef {
  readonly batchId: string;
  readonly index: number;
}

/** The job of an item: the same id whoever makes it. */
export function jobIdOf({ batchId, index }: ItemRef): string {
  return derivedJobId(batchId, String(index));
}

/** Whether it has a job, or had one. */
export function hasJob({ run }: Pick<Item, "run">): boolean {
  return run > 0;
}
