import { endOfBatch, whatBecomes } from "../../batches/what-becomes.ts";
import type { JobEnd } from "../../batches/what-becomes.ts";
import type { Walk } from "../job-walks.ts";
import type { Violation } from "../violation.ts";
import { endOf, isBatchEnd } from "./batch-walk.ts";
import type { BatchWalk } from "./batch-walk.ts";

/** When all is over each item has ended as its job and its parents have it, and the batch as its items have it. */
export function checkBatchStates(batch: BatchWalk): Violation[] {
  const { plan, items, header } = batch;
  const wasCancelled = header.some((move) => move.wasCancelled);
  const endOfJob = (key: string) => endOfJobOf(items.get(key)?.jobs[0]);
  const found: Violation[] = [];
  for (const [key, allowed] of whatBecomes(plan, { endOfJob, wasCancelled })) {
    const end = endOf(items.get(key));
    // What has not ended is missed elsewhere.
    if (end && !allowed.includes(end))
      found.push({ kind: "wrong end", text: `${key} is "${end}", where it could be ${JSON.stringify(allowed)}` });
  }
  const ends = [...plan.items.map(({ key }) => endOf(items.get(key))), ...batch.finals.map(endOfJobOf)];
  const last = header.at(-1)?.after;
  if (isBatchEnd(last) && ends.every((end) => end !== undefined)) {
    const wanted = endOfBatch(ends, wasCancelled);
    if (last !== wanted) found.push({ kind: "wrong end", text: `${plan.name} is "${last ?? ""}" and not "${wanted}"` });
  }
  return found;
}

const END_OF_PHASE: Readonly<Record<string, JobEnd>> = { done: "completed", failed: "failed", cancelled: "cancelled" };

function endOfJobOf(walk: Walk | undefined): JobEnd | undefined {
  return END_OF_PHASE[walk?.last?.phase ?? ""];
}
