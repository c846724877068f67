import { z } from "zod";
import { POLICIES } from "../contract/batch-request.ts";
import { batchIdSchema, workspaceIdSchema } from "../contract/ids.ts";
import { transitionSchema } from "../jobs/life/transition.ts";
import type { Actor } from "../jobs/life/transition.ts";
import { daysAfter } from "../platform/clock.ts";
import { InvariantError } from "../platform/errors.ts";
import { BATCH_PHASES, isOver, nextBatchPhase } from "./batch-phases.ts";
import type { BatchEventType } from "./batch-phases.ts";

/**
 * A batch as a whole, as it is kept: what it was accepted with and how far it is. How its items stand, they say themselves
 * (`item.ts`), and the batch is only written when something happens to all of it.
 */
export const batchSchema = z.object({
  workspaceId: workspaceIdSchema,
  batchId: batchIdSchema,
  phase: z.enum(BATCH_PHASES),
  policy: z.enum(POLICIES),
  /** How many. */
  items: z.int(),
  /** The document of the request, from which the items are written. */
  plan: z.string(),
  /** The request wants a job when all items have ended. */
  hasFinally: z.boolean(),
  /** Why what has not ended is cancelled. */
  stop: z.enum(["cancelled", "failed"]).optional(),
  keyDigest: z.string().optional(),
  traceparent: z.string(),
  /** How long it is kept after its end. */
  retentionDays: z.int(),
  /** Grows by one with every change. */
  version: z.int(),
  last: transitionSchema,
  createdAt: z.date(),
  updatedAt: z.date(),
  endedAt: z.date().optional(),
  /** When its rows go. */
  expiresAt: z.date().optional(),
});
export type Batch = z.infer<typeof batchSchema>;

/** What names a batch in storage. */
export interface BatchRef {
  readonly workspaceId: string;
  readonly batchId: string;
}

/** Something that happened to a batch. */
export interface BatchEvent {
  readonly type: BatchEventType;
  readonly actor: Actor;
  readonly reason?: string | undefined;
}

/**
 * The batch after the event: a pure function, and the only way a batch changes.
 *
 * @throws InvariantError when the event is illegal in its phase: callers ask `nextBatchPhase()` first, where it can be
 */
export function evolveBatch(batch: Batch, { type, actor, reason }: BatchEvent, now: Date): Batch {
  const phase = nextBatchPhase(batch.phase, type);
  if (!phase)
    throw new InvariantError("0d6c92f1", `Cannot apply "${type}" to batch "${batch.batchId}": it is "${batch.phase}"`);
  const { endedAt: _ended, expiresAt: _expires, stop, ...rest } = { stop: undefined, ...batch };
  const version = batch.version + 1;
  return {
    ...rest,
    ...stopAfter(stop, type),
    ...(isOver(phase) && { endedAt: now, expiresAt: daysAfter(now, batch.retentionDays) }),
    phase,
    version,
    updatedAt: now,
    last: { version, event: type, from: batch.phase, actor, ...(reason && { reason }) },
  };
}

/** A client's cancel counts for more than a failure that came before it. */
function stopAfter(stop: Batch["stop"], type: BatchEventType): Pick<Batch, "stop"> {
  if (type === "cancelRequested") return { stop: "cancelled" };
  if (type === "reopened") return {};
  const now = type === "stopped" ? (stop ?? "failed") : stop;
  return now ? { stop: now } : {};
}
