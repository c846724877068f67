import { againOnConflict } from "../platform/again-on-conflict.ts";
import type { BatchDeps } from "./batch-deps.ts";
import { nextBatchPhase } from "./batch-phases.ts";
import type { BatchEventType } from "./batch-phases.ts";
import { evolveBatch } from "./batch.ts";
import type { Batch, BatchRef } from "./batch.ts";
import { FINALLY_INDEX } from "./item.ts";
import { ringFor } from "./ring-for.ts";

/**
 * Ends the batch, if no item is at work any more: with one conditional write, so that of all who see it one ends it. Where
 * the request wants a job then, that begins instead. Whoever asks has removed the mark of an item before: of two items that
 * end together, the later one sees none.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function endIfOver(deps: BatchDeps, ref: BatchRef): Promise<void> {
  if (await deps.items.isMarked("active", ref.batchId)) return;
  const isFinishing = await againOnConflict(async () => {
    const stored = await deps.batches.get(ref);
    if (!stored) return false;
    const type = await endOf(deps, stored.batch);
    if (!type || !nextBatchPhase(stored.batch.phase, type)) return false;
    await deps.batches.save(evolveBatch(stored.batch, { type, actor: "worker" }, deps.clock.now()), stored);
    return type === "finishing";
  });
  if (isFinishing) await ringFor(deps, ref);
}

/** What a batch comes to of which no item is at work any more. */
async function endOf({ items }: BatchDeps, batch: Batch): Promise<BatchEventType | undefined> {
  const { batchId, phase, stop, hasFinally } = batch;
  if (phase === "loading" || phase === "opening" || phase === "stopping") return undefined;
  const last = hasFinally ? (await items.require({ batchId, index: FINALLY_INDEX })).item.state : undefined;
  // Begun since somebody looked for items at work: it is one itself, until it has ended.
  if (last && last !== "blocked" && (await items.isMarked("active", batchId))) return undefined;
  if (stop === "cancelled") return "cancelled";
  if (last === "blocked") return phase === "finishing" ? undefined : "finishing";
  return (await items.isMarked("bad", batchId)) ? "failed" : "completed";
}
