import { mayStart } from "../../batches/what-becomes.ts";
import type { Violation } from "../violation.ts";
import { beginningsOf, isItemEnd, stateAt } from "./batch-walk.ts";
import type { BatchWalk, ItemWalk } from "./batch-walk.ts";

/**
 * No item is released, has a job, or has its job taken up by a worker before each of its parents has ended as the batch
 * asks. Items that begin anew have had all that before.
 */
export function checkStarts(batch: BatchWalk): Violation[] {
  return [...batch.items.values()].flatMap((walk) => {
    const releases = walk.moves.filter(({ after }) => after?.state === "released" && after.run === FIRST_RUN);
    const creations = walk.jobs.flatMap((job) => beginningsOf(job).slice(0, 1));
    return [
      ...releases.slice(0, 1).flatMap(({ index }) => tooEarly(batch, walk, { index, what: "was released" })),
      ...creations.flatMap(({ index }) => tooEarly(batch, walk, { index, what: "had its job" })),
    ];
  });
}

const FIRST_RUN = 1;

function tooEarly(
  { plan, items }: BatchWalk,
  { item }: ItemWalk,
  { index, what }: { readonly index: number; readonly what: string },
): Violation[] {
  const states = item.dependsOn.map((key) => {
    const parent = items.get(key);
    return parent && stateAt(parent, index);
  });
  const ends = states.map((state) => (isItemEnd(state) ? state : undefined));
  if (mayStart(plan.policy, ends)) return [];
  const parents = item.dependsOn.map((key, at) => `${key} "${states[at] ?? "not there"}"`).join(", ");
  return [{ kind: "early start", text: `${item.key} ${what} at commit ${index}, when there were ${parents}` }];
}
