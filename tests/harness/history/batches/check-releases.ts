import type { Violation } from "../violation.ts";
import { beginningsOf, isItemEnd } from "./batch-walk.ts";
import type { BatchWalk, ItemMove, ItemState, ItemWalk } from "./batch-walk.ts";

const NEXT: Readonly<Record<"blocked" | "released", readonly ItemState[]>> = {
  blocked: ["released", "skipped", "cancelled"],
  released: ["completed", "failed", "cancelled"],
};

/** An item walks as its life says, is released once in each run, and has one job, which begins once in each run. */
export function checkReleases({ items }: BatchWalk): Violation[] {
  return [...items.values()].flatMap((walk) => [
    ...walk.moves.flatMap((move) => checkMove(walk, move)),
    ...checkOnce(walk),
  ]);
}

function checkMove({ item }: ItemWalk, { index, before, after }: ItemMove): Violation[] {
  if (!after || !before) return [];
  if (before.state === after.state && before.run === after.run) {
    // An end is written again by who goes on after a crash. Anything else has changed, and once.
    if (isItemEnd(after.state) || before.isStale !== after.isStale) return [];
    return [{ kind: "released twice", text: `${item.key} became "${after.state}" again, at commit ${index}` }];
  }
  const isNewRun = after.run === before.run + 1;
  // A release begins a run; so does what has ended, when its job has begun anew.
  const isLegal = isItemEnd(before.state)
    ? isNewRun && after.state !== "blocked"
    : NEXT[before.state].includes(after.state) && isNewRun === (after.state === "released");
  if (isLegal) return [];
  const text = `${item.key}: "${before.state}" of run ${before.run} is followed by "${after.state}" of run ${after.run}`;
  return [{ kind: "illegal walk", text: `${text} at commit ${index}` }];
}

function checkOnce({ item, moves, jobs }: ItemWalk): Violation[] {
  const found: Violation[] = [];
  const releases = new Map<number, number>();
  for (const { before, after } of moves)
    if (after?.state === "released" && (before?.state !== "released" || before.run !== after.run))
      releases.set(after.run, (releases.get(after.run) ?? 0) + 1);
  for (const [run, times] of releases)
    if (times > 1)
      found.push({ kind: "released twice", text: `${item.key} was released ${times} times in run ${run}` });
  if (jobs.length > 1)
    found.push({ kind: "duplicated", text: `${item.key} has ${jobs.map(({ jobId }) => jobId).join(" and ")}` });
  const operations = jobs.flatMap(beginningsOf).length;
  if (operations > releases.size)
    found.push({ kind: "unexpected", text: `${item.key} began ${operations} times, released ${releases.size} times` });
  return found;
}
