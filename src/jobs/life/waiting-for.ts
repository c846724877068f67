import { z } from "zod";

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

const pollSchema = z.object({
  ...common,
  kind: z.literal("poll"),
  /** Looks so far, and what the last one said. */
  looks: z.int(),
  nextAt: z.coerce.date().optional(),
  message: z.string().optional(),
});

const callSchema = z.object({
  ...common,
  kind: z.literal("call"),
  worker: z.string(),
  /** Where the worker said that it can be asked. */
  askAt: z.string().optional(),
  /** What the worker has answered, before the step has taken it. */
  answer: z.unknown().optional(),
});

/** What a waiting job waits for, outside of what any worker could do. `until`: when the waiting ends, come what may. */
export const waitingForSchema = z.discriminatedUnion("kind", [approvalSchema, pollSchema, callSchema]);
export type WaitingFor = z.infer<typeof waitingForSchema>;
