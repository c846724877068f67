import { endOfBatch, mayStart, whatBecomes } from "../../batches/what-becomes.ts";
import type { ItemEnd, JobEnd } from "../../batches/what-becomes.ts";
import type { Walk } from "../job-walks.ts";
import type { Violation } from "../violation.ts";
import { endOf, isBatchEnd, isItemEnd, ranAgain } from "./batch-walk.ts";
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
    if (items.get(key)?.moves.at(-1)?.after?.isStale)
      found.push({ kind: "left over", text: `${key} is to be looked at when all is over` });
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
function afterReruns(batch: BatchWalk): ReadonlyMap<string, readonly ItemEnd[]> {
  return new Map(
    [...batch.items.values()].map((walk) => {
      const job = endOfJobOf(walk.jobs[0]);
      if (wasRefused(walk)) return [walk.item.key, ["failed"]];
      return [walk.item.key, job ? [job] : withoutJob(batch, walk)];
    }),
  );
}

/** What never began has been decided on once, by what its parents were then. */
function withoutJob({ plan, items, header }: BatchWalk, walk: ItemWalk): readonly ItemEnd[] {
  const index = walk.moves.findLast(({ after }) => isItemEnd(after?.state))?.index ?? 0;
  const ends = walk.item.dependsOn.map((key) => outcomeBefore(items.get(key), index));
  const wasStopped = header.some((move) => move.index < index && move.after === "stopping");
  const stopped: readonly ItemEnd[] = wasStopped ? ["cancelled"] : [];
  if (!mayStart(plan.policy, ends)) return plan.policy === "skip_dependents" ? ["skipped", ...stopped] : stopped;
  return walk.item.needs === undefined ? stopped : ["failed", ...stopped];
}

/** What it had last come to by then, though it may run again. */
function outcomeBefore(walk: ItemWalk | undefined, index: number): ItemEnd | undefined {
  const state = walk?.moves.findLast((move) => move.index < index && isItemEnd(move.after?.state))?.after?.state;
  return isItemEnd(state) ? state : undefined;
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
