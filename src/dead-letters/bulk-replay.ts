import { z } from "zod";
import { deadLetterIdSchema, operationIdSchema, replayIdSchema, workspaceIdSchema } from "../contract/ids.ts";

const filterSchema = z.object({
  workspaceId: z.string().optional(),
  jobType: z.string().optional(),
  code: z.string().optional(),
  kind: z.string().optional(),
  fingerprint: z.string().optional(),
  /** Jobs that had begun anew as often as this are left to a person. */
  fewerReplaysThan: z.int(),
});

/** An operation that the replay has begun, and that has not ended when somebody last looked. */
const underWaySchema = z.object({ workspaceId: workspaceIdSchema, operationId: operationIdSchema });
export type UnderWay = z.infer<typeof underWaySchema>;

/**
 * A replay of many dead letters, as it is kept. It is `running` until there is nothing left to replay and to wait for
 * (`done`), or until too many jobs have failed again or an operator has stopped it (`stopped`); then it never changes
 * again. The letters decide what has been replayed: this row only says how far it is, and may be behind.
 */
export const bulkReplaySchema = z.object({
  replayId: replayIdSchema,
  status: z.enum(["running", "stopped", "done"]),
  filter: filterSchema,
  /** Only letters of failures before this time: what fails again is not replayed again. */
  failedBefore: z.date(),
  /** At most this many are replayed. */
  limit: z.int(),
  ratePerSecond: z.int(),
  /** So many are replayed first, and the rest only when they have ended well enough. */
  canary: z.int(),
  /** From 0 to 1: it stops when a greater share of what has ended has failed again. */
  stopAtFailureRate: z.number(),
  reason: z.string(),
  traceparent: z.string(),
  /** Who began it, if the request said who sent it. */
  submittedBy: z.string().optional(),
  /** The last letter that was seen to. */
  cursor: deadLetterIdSchema,
  /** There is no letter behind the cursor. */
  isExhausted: z.boolean(),
  replayed: z.int(),
  /** Letters that could not be replayed, for a reason that will not pass. */
  skipped: z.int(),
  ended: z.int(),
  failedAgain: z.int(),
  underWay: z.array(underWaySchema),
  stoppedBecause: z.string().optional(),
  createdAt: z.date(),
  endedAt: z.date().optional(),
  expiresAt: z.date(),
  /** The process that carries it on, and until when nobody else does. */
  heldBy: z.string().optional(),
  heldUntil: z.date().optional(),
});
export type BulkReplay = z.infer<typeof bulkReplaySchema>;

/** Their names and more must fit one column of the row. */
export const MAX_UNDER_WAY = 300;

export type NextStep =
  | { readonly do: "replay"; readonly letters: number }
  | { readonly do: "wait" }
  | { readonly do: "end"; readonly status: "done" | "stopped"; readonly because?: string };

/** What is to be done about a replay of many in the next second: a pure function of how far it is. */
export function nextStep(replay: BulkReplay): NextStep {
  const { replayed, ended, canary, underWay, ratePerSecond } = replay;
  const because = failedTooOften(replay);
  if (because) return { do: "end", status: "stopped", because };
  const left = replay.isExhausted ? 0 : replay.limit - replayed;
  if (left <= 0) return underWay.length > 0 ? { do: "wait" } : { do: "end", status: "done" };
  const canaries = canary - replayed;
  if (canaries <= 0 && ended < canary) return { do: "wait" };
  const room = MAX_UNDER_WAY - underWay.length;
  const letters = Math.min(ratePerSecond, left, room, canaries > 0 ? canaries : Infinity);
  return letters > 0 ? { do: "replay", letters } : { do: "wait" };
}

/** A share says nothing before as many have ended as were sent ahead, or all there are. */
function failedTooOften({ ended, failedAgain, canary, underWay, stopAtFailureRate }: BulkReplay): string | undefined {
  const isTelling = ended > 0 && (ended >= canary || underWay.length === 0);
  if (!isTelling || failedAgain / ended <= stopAtFailureRate) return undefined;
  return `${failedAgain} of ${ended} jobs failed again; the limit is a share of ${stopAtFailureRate}`;
}

interface End {
  readonly status: "done" | "stopped";
  readonly because?: string | undefined;
  readonly at: Date;
}

/** The replay once it has ended. */
export function endedBulkReplay(replay: BulkReplay, { status, because, at }: End): BulkReplay {
  return { ...replay, status, endedAt: at, ...(because && { stoppedBecause: because }) };
}
