import { mayStart } from "../../batches/what-becomes.ts";
import type { ItemEnd } from "../../batches/what-becomes.ts";
import type { Violation } from "../violation.ts";
import { beginningsOf, isItemEnd, stateAt } from "./batch-walk.ts";
import type { BatchWalk, ItemWalk } from "./batch-walk.ts";

/**
 * No item is released before each of its parents has ended as the batch asks, none has a job before it is released, and
 * none is skipped while a parent has not ended. Items that begin anew have had all that before; and what a parent comes
 * to that runs again takes no release back.
 */
export function checkStarts(batch: BatchWalk): Violation[] {
  return [...batch.items.values()].flatMap((walk) => {
    const releases = walk.moves.filter(({ after }) => after?.state === "released" && after.run === FIRST_RUN);
    const creations = walk.jobs.flatMap((job) => beginningsOf(job).slice(0, 1));
    const skips = walk.moves.filter(({ after }) => after?.state === "skipped").slice(0, 1);
    return [
      ...skips.flatMap(({ index }) => tooEarlySkipped(batch, walk, index)),
      ...creations.flatMap(({ index }) => notReleased(walk, index)),
      ...releases.slice(0, 1).flatMap(({ index }) => tooEarly(batch, walk, index)),
    ];
  });
}

const FIRST_RUN = 1;

/** What is released has a job, and nothing else: a job that nobody released may end before anybody waits for its end. */
function notReleased(walk: ItemWalk, index: number): Violation[] {
  const isReleased = walk.moves.some((move) => move.index < index && move.after?.state === "released");
  if (isReleased) return [];
  return [{ kind: "early start", text: `${walk.item.key} had its job at commit ${index}, before it was released` }];
}

function tooEarlySkipped({ items }: BatchWalk, { item }: ItemWalk, index: number): Violation[] {
  const open = item.dependsOn.filter((key) => {
    const parent = items.get(key);
    return !isItemEnd(parent && stateAt(parent, index));
  });
  if (open.length === 0) return [];
  return [
    { kind: "early end", text: `${item.key} was skipped at commit ${index}, before ${open.join(", ")} had ended` },
  ];
}

function tooEarly({ plan, items }: BatchWalk, { item }: ItemWalk, index: number): Violation[] {
  const parents = item.dependsOn.map((key) => items.get(key));
  if (
    mayStart(
      plan.policy,
      parents.map((parent) => endBefore(parent, index)),
    )
  )
    return [];
  const states = item.dependsOn.map((key, at) => {
    const parent = parents[at];
    return `${key} "${(parent && stateAt(parent, index)) ?? "not there"}"`;
  });
  return [
    { kind: "early start", text: `${item.key} was released at commit ${index}, when there were ${states.join(", ")}` },
  ];
}

/** How it had ended last by then. It may run again by now: whoever released what depends on it could not know. */
function endBefore(parent: ItemWalk | undefined, index: number): ItemEnd | undefined {
  const state = parent?.moves.findLast((move) => move.index < index && isItemEnd(move.after?.state))?.after?.state;
  return isItemEnd(state) ? state : undefined;
}
