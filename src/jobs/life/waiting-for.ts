import { z } from "zod";
import { contentSchema } from "./content.ts";
import { jobErrorSchema } from "./job-error.ts";

const voteSchema = z.object({
  voter: z.string(),
  decision: z.enum(["approve", "reject"]),
  comment: z.string().optional(),
  at: z.coerce.date(),
});
/** Cast once, and never changed. */
export type Vote = z.infer<typeof voteSchema>;

const common = { step: z.string(), since: z.coerce.date(), until: z.coerce.date() };

const approvalSchema = z.object({
  ...common,
  kind: z.literal("approval"),
  quorum: z.int(),
  allowSelf: z.boolean(),
  onTimeout: z.enum(["reject", "approve"]),
  title: z.string(),
  /** JSON; what people are shown beside the title. */
  details: z.unknown().optional(),
  votes: z.array(voteSchema),
  /** When it is to say that it takes longer than it should, and when it did. */
  escalateAt: z.coerce.date().optional(),
  escalatedAt: z.coerce.date().optional(),
});

/** Tries that came to nothing since the last that came to something, each counted before it began. */
const failures = { failures: z.int(), error: jobErrorSchema.optional() };

const pollSchema = z.object({
  ...common,
  ...failures,
  kind: z.literal("poll"),
  /** Looks so far, and what the last one said. */
  looks: z.int(),
  /** How long the wait before the next look is, before anything makes it shorter. */
  waitMs: z.number(),
  message: z.string().optional(),
});

const answerSchema = z.union([z.object({ output: contentSchema }), z.object({ failure: z.string() })]);
/** What a worker has answered: what it has made, or why it could not. */
export type CallAnswer = z.infer<typeof answerSchema>;

const callSchema = z.object({
  ...common,
  ...failures,
  kind: z.literal("call"),
  worker: z.string(),
  /** When the worker took the work on. */
  sentAt: z.coerce.date().optional(),
  /** Where the worker said that it can be asked. */
  askAt: z.string().optional(),
  /** What it has answered by calling back, before the step has taken it. */
  answer: answerSchema.optional(),
});

/** What a waiting job waits for, outside of what any worker could do. `until`: when the waiting ends, come what may. */
export const waitingForSchema = z.discriminatedUnion("kind", [approvalSchema, pollSchema, callSchema]);
export type WaitingFor = z.infer<typeof waitingForSchema>;
