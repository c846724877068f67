import type { ItemEnd } from "../../batches/what-becomes.ts";
import type { Violation } from "../violation.ts";
import { beginningsOf, endOfOperation, isItemEnd } from "./batch-walk.ts";
import type { BatchWalk, ItemMove, ItemState, ItemWalk } from "./batch-walk.ts";

const NEXT: Readonly<Record<"blocked" | "released", readonly ItemState[]>> = {
  blocked: ["released", "skipped", "cancelled"],
  released: ["completed", "failed", "cancelled"],
};

/** An item walks as its life says, is released once in each run, and has one job, which begins once in each run. */
export function checkReleases({ items }: BatchWalk): Violation[] {
  return [...items.values()].flatMap((walk) => [
    ...walk.moves.flatMap((move) => [...checkMove(walk, move), ...checkFollowed(walk, move)]),
    ...checkOnce(walk),
  ]);
}

function checkMove({ item, alone }: ItemWalk, { index, before, after }: ItemMove): Violation[] {
  if (!after || !before) return [];
  if (before.state === after.state && before.run === after.run) {
    // An end is written again by who goes on after a crash. Anything else has changed, and once.
    if (isItemEnd(after.state) || before.isStale !== after.isStale) return [];
    return [{ kind: "released twice", text: `${item.key} became "${after.state}" again, at commit ${index}` }];
  }
  const isNewRun = after.run > before.run;
  // A release begins a run; so does the end of what has ended, or is about to, when its job has begun anew by itself.
  const mayBeNew = after.state === "released" || alone.length > 0;
  const isLegal = isItemEnd(before.state)
    ? isNewRun && after.state !== "blocked"
    : NEXT[before.state].includes(after.state) && (isNewRun ? mayBeNew : after.state !== "released");
  if (isLegal) return [];
  const text = `${item.key}: "${before.state}" of run ${before.run} is followed by "${after.state}" of run ${after.run}`;
  return [{ kind: "illegal walk", text: `${text} at commit ${index}` }];
}

/** An end is that of an operation of the item's job; but for what is cancelled or skipped before it has one, or refused. */
function checkFollowed({ item, jobs }: ItemWalk, { index, before, after }: ItemMove): Violation[] {
  if (!isItemEnd(after?.state) || after.run === 0 || after.run < (before?.run ?? 0)) return [];
  const end = END_OF_PHASE[endOfOperation(jobs[0], after.run)?.phase ?? ""];
  if (end === after.state) return [];
  const text = `${item.key} became "${after.state}" at commit ${index}, operation ${after.run} of its job "${end ?? ""}"`;
  return [{ kind: "wrong end", text }];
}

const END_OF_PHASE: Readonly<Record<string, ItemEnd>> = { done: "completed", failed: "failed", cancelled: "cancelled" };

function checkOnce({ item, moves, jobs, alone }: ItemWalk): Violation[] {
  const found: Violation[] = [];
  const releases = new Map<number, number>();
  let times = 0;
  for (const { before, after } of moves) {
    const isRelease = after?.state === "released" && (before?.state !== "released" || before.run !== after.run);
    if (isRelease) releases.set(after.run, (releases.get(after.run) ?? 0) + 1);
    if (isRelease) times++;
    // A run that could not begin is no run: the next has its number.
    if (before && after?.state === "failed" && after.run < before.run) releases.delete(before.run);
  }
  for (const [run, count] of releases)
    if (count > 1)
      found.push({ kind: "released twice", text: `${item.key} was released ${count} times in run ${run}` });
  if (jobs.length > 1)
    found.push({ kind: "duplicated", text: `${item.key} has ${jobs.map(({ jobId }) => jobId).join(" and ")}` });
  const operations = jobs.flatMap(beginningsOf).length;
  if (operations > times + alone.length)
    found.push({
      kind: "unexpected",
      text: `${item.key} began ${operations} times, released ${times} and begun by itself ${alone.length} times`,
    });
  return found;
}
