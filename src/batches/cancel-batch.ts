import type { RingForBatch } from "../jobs/supervision/ring-batch.ts";
import { againOnConflict } from "../platform/again-on-conflict.ts";
import type { Clock } from "../platform/clock.ts";
import { MillraceError } from "../platform/errors.ts";
import { nextBatchPhase } from "./batch-phases.ts";
import type { BatchStore } from "./batch-store.ts";
import { evolveBatch } from "./batch.ts";
import type { Batch, BatchRef } from "./batch.ts";
import { ringFor } from "./ring-for.ts";

export interface CancelBatchDeps {
  readonly batches: BatchStore;
  readonly ringForBatch: RingForBatch;
  readonly clock: Clock;
}

export interface CancelledBatch {
  readonly batch: Batch;
  /** Why the batch's message could not be put just now: a matter for the log, since the supervisor will put it. */
  readonly unsent?: unknown;
}

/**
 * Has whatever has not ended of a batch cancelled: the row says so first, and what it says is then done item by item.
 * What has ended stays. Cancelling twice is cancelling once.
 *
 * @throws MillraceError BATCH_NOT_FOUND, BATCH_ALREADY_ENDED, STORAGE_UNAVAILABLE, VERSION_CONFLICT when others keep writing
 */
export async function cancelBatch(deps: CancelBatchDeps, ref: BatchRef, reason?: string): Promise<CancelledBatch> {
  const { batch, isNew } = await againOnConflict(async () => {
    const stored = await deps.batches.require(ref);
    if (stored.batch.stop === "cancelled") return { batch: stored.batch, isNew: false };
    if (!nextBatchPhase(stored.batch.phase, "cancelRequested"))
      throw new MillraceError("BATCH_ALREADY_ENDED", `The batch has ended already: it is "${stored.batch.phase}"`);
    const event = { type: "cancelRequested", actor: "client", reason } as const;
    const saved = await deps.batches.save(evolveBatch(stored.batch, event, deps.clock.now()), stored);
    return { batch: saved.batch, isNew: true };
  });
  return { batch, ...(isNew && (await ringFor(deps, batch))) };
}
