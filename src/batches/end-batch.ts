import { againOnConflict } from "../platform/again-on-conflict.ts";
import type { BatchDeps } from "./batch-deps.ts";
import { isOver } from "./batch-phases.ts";
import type { BatchEventType, BatchPhase } from "./batch-phases.ts";
import { evolveBatch } from "./batch.ts";
import type { Batch, BatchRef } from "./batch.ts";
import type { ItemState } from "./item-states.ts";
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
    const type = stored && (await endOf(deps, stored.batch));
    if (!type) return false;
    await deps.batches.save(evolveBatch(stored.batch, { type, actor: "worker" }, deps.clock.now()), stored);
    return type === "finishing";
  });
  if (isFinishing) await ringFor(deps, ref);
}

/** In these, others are busy with the batch as a whole, and ask when they are done. */
const NOT_YET: readonly BatchPhase[] = ["loading", "opening", "stopping", "gone"];

/**
 * What a batch comes to of which no item is at work any more. It was read before: who is about to have an item run again
 * leaves a mark, then writes the batch, and then releases the item while that mark is there. So either the mark is found
 * here and goes, and the item is not released; or the item's own is found; or the batch is not as it was read.
 */
async function endOf({ items }: BatchDeps, batch: Batch): Promise<BatchEventType | undefined> {
  const { batchId, phase, hasFinally } = batch;
  if (NOT_YET.includes(phase)) return undefined;
  const last = hasFinally ? (await items.require({ batchId, index: FINALLY_INDEX })).item.state : undefined;
  if (!isOver(phase)) {
    if (await items.isMarked("rerun", batchId)) await items.unmarkAll("rerun", batchId);
    if (await items.isMarked("active", batchId)) return undefined;
  }
  return decideEnd(batch, { last, isBad: await items.isMarked("bad", batchId) });
}

/** How the items stand, none of which is at work. */
export interface Outcome {
  /** Of the job that was wanted at the end, if one was. */
  readonly last: ItemState | undefined;
  /** Some item ended otherwise than well. */
  readonly isBad: boolean;
}

/** Nothing, if it has come to that already. */
export function decideEnd(
  { phase, stop }: Pick<Batch, "phase" | "stop">,
  { last, isBad }: Outcome,
): BatchEventType | undefined {
  const end = stop === "cancelled" ? "cancelled" : last === "blocked" ? "finishing" : isBad ? "failed" : "completed";
  return end === phase ? undefined : end;
}
