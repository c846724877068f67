import type { Violation } from "../violation.ts";
import { isBatchEnd, isItemEnd, lastEnd } from "./batch-walk.ts";
import type { BatchWalk, ItemWalk } from "./batch-walk.ts";

/** `docs/promises.md`: patience and a sweep. */
const HANDED_ON_MS = 150_000;
/** Clocks of the scenario's hosts, what is on its way between them and their storage, and a hand-off's own calls. */
const SLACK_MS = 30_000;

/**
 * Once nothing goes wrong any more, an item is decided on within the bound that is published from the end of the last of
 * its parents, and the batch ends as soon after the last of its items. `notBefore`: what was put off before that time is
 * waited for once more.
 */
export function checkBatchBound(batch: BatchWalk, notBefore: number | undefined): Violation[] {
  if (notBefore === undefined) return [];
  const { plan, items, header, finals } = batch;
  const opened = header.find(({ after }) => after === "running")?.at ?? 0;
  const late = (what: string, at: number, since: number): Violation[] => {
    const tookMs = at - Math.max(since, notBefore);
    if (tookMs <= HANDED_ON_MS + SLACK_MS) return [];
    return [{ kind: "late end", text: `${what} took ${tookMs / 1000} s, not ${(HANDED_ON_MS + SLACK_MS) / 1000}` }];
  };
  const found = [...items.values()].flatMap((walk) => {
    const decided = walk.moves.find(({ after }) => after && after.state !== "blocked");
    if (!decided) return [];
    const ends = walk.item.dependsOn.map((key) => endedAt(items.get(key), decided.index));
    return late(`to decide on ${walk.item.key}`, decided.at, Math.max(opened, ...ends));
  });
  const end = header.findLast(({ before, after }) => isBatchEnd(after) && !isBatchEnd(before));
  if (!end) return found;
  const lasts = [...items.values()].map((walk) => lastEnd(walk)?.at ?? 0);
  const finalEnds = finals.map(({ moves }) => moves.at(-1)?.at ?? 0);
  return [...found, ...late(`the end of ${plan.name}`, end.at, Math.max(...lasts, ...finalEnds))];
}

/** When it last came to an end before this commit, since it may have run again meanwhile; or later, for the first time. */
function endedAt(walk: ItemWalk | undefined, before: number): number {
  const ends = walk?.moves.filter((move) => isItemEnd(move.after?.state) && !isItemEnd(move.before?.state)) ?? [];
  const end = ends.findLast(({ index }) => index < before) ?? ends[0];
  return end?.at ?? 0;
}
