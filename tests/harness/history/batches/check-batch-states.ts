import { endOfBatch, whatBecomes } from "../../batches/what-becomes.ts";
import type { ItemEnd, JobEnd } from "../../batches/what-becomes.ts";
import type { Walk } from "../job-walks.ts";
import type { Violation } from "../violation.ts";
import { endOf, isBatchEnd, ranAgain } from "./batch-walk.ts";
import type { BatchWalk, ItemWalk } from "./batch-walk.ts";

/** When all is over each item has ended as its job and its parents have it, and the batch as its items have it. */
export function checkBatchStates(batch: BatchWalk): Violation[] {
  const { plan, items, header } = batch;
  const wasCancelled = header.some((move) => move.wasCancelled);
  const endOfJob = (key: string) => endOfJobOf(items.get(key)?.jobs[0]);
  const found: Violation[] = [];
  const allowedEnds = ranAgain(batch) ? afterReruns(batch) : whatBecomes(plan, { endOfJob, wasCancelled });
  for (const [key, allowed] of allowedEnds) {
    const end = endOf(items.get(key));
    // What has not ended is missed elsewhere.
    if (end && !allowed.includes(end))
      found.push({ kind: "wrong end", text: `${key} is "${end}", where it could be ${JSON.stringify(allowed)}` });
  }
  const ends = [...plan.items.map(({ key }) => endOf(items.get(key))), ...batch.finals.map(endOfJobOf)];
  const last = header.at(-1)?.after;
  if (isBatchEnd(last) && ends.every((end) => end !== undefined)) {
    // As of its last run: an item of a batch that was cancelled can be wanted again.
    const wanted = endOfBatch(ends, header.at(-1)?.wasCancelled === true);
    if (last !== wanted) found.push({ kind: "wrong end", text: `${plan.name} is "${last ?? ""}" and not "${wanted}"` });
  }
  return found;
}

/**
 * Where items ran again, what depends on them may stay as it was; but an item is what its own job came to, unless it was
 * to run again with what its job cannot take.
 */
function afterReruns({ plan, items }: BatchWalk): ReadonlyMap<string, readonly ItemEnd[]> {
  return new Map(plan.items.map(({ key }) => [key, endsAfterReruns(items.get(key))]));
}

function endsAfterReruns(walk: ItemWalk | undefined): readonly ItemEnd[] {
  if (walk && wasRefused(walk)) return ["failed"];
  const job = endOfJobOf(walk?.jobs[0]);
  return job ? [job] : ["skipped", "cancelled", "failed"];
}

/** A run that could not begin is no run: the item has the number of the one before again. */
function wasRefused({ item, moves }: ItemWalk): boolean {
  const last = moves.at(-1);
  return item.needs !== undefined && (last?.after?.run ?? 0) < (last?.before?.run ?? 0);
}

const END_OF_PHASE: Readonly<Record<string, JobEnd>> = { done: "completed", failed: "failed", cancelled: "cancelled" };

function endOfJobOf(walk: Walk | undefined): JobEnd | undefined {
  return END_OF_PHASE[walk?.last?.phase ?? ""];
}
