import { endOfBatch, whatBecomes } from "../../batches/what-becomes.ts";
import type { JobEnd } from "../../batches/what-becomes.ts";
import type { Violation } from "../violation.ts";
import { endOf, isBatchEnd } from "./batch-walk.ts";
import type { BatchWalk, ItemWalk } from "./batch-walk.ts";

/** When all is over each item has ended as its job and its parents have it, and the batch as its items have it. */
export function checkBatchStates(batch: BatchWalk): Violation[] {
  const { plan, items, header } = batch;
  const states = header.map(({ after }) => after);
  const wasCancelled = states.includes("cancelling") || states.at(-1) === "cancelled";
  const endOfJob = (key: string) => endOfJobOf(items.get(key));
  const found: Violation[] = [];
  for (const [key, allowed] of whatBecomes(plan, { endOfJob, wasCancelled })) {
    const end = endOf(items.get(key));
    // What has not ended is missed elsewhere.
    if (end && !allowed.includes(end))
      found.push({ kind: "wrong end", text: `${key} is "${end}", where it could be ${JSON.stringify(allowed)}` });
  }
  const ends = plan.items.map(({ key }) => endOf(items.get(key)));
  const last = states.at(-1);
  if (isBatchEnd(last) && ends.every((end) => end !== undefined)) {
    const wanted = endOfBatch(ends, wasCancelled);
    if (last !== wanted) found.push({ kind: "wrong end", text: `${plan.name} is "${last ?? ""}" and not "${wanted}"` });
  }
  return found;
}

const END_OF_PHASE: Readonly<Record<string, JobEnd>> = { done: "completed", failed: "failed", cancelled: "cancelled" };

/** An item can fail after its job was made and before anybody took it: the job says so itself. */
function endOfJobOf(walk: ItemWalk | undefined): JobEnd | undefined {
  return END_OF_PHASE[walk?.jobs[0]?.last?.phase ?? ""];
}
