import { isTerminal } from "../../../../src/jobs/life/lifecycle.ts";
import type { Violation } from "../violation.ts";
import { endOf, firstEnd, isBatchEnd, lastEnd } from "./batch-walk.ts";
import type { BatchWalk, HeaderMove } from "./batch-walk.ts";

/** All items end; then the batch does, once, and not before the last of them nor before what runs at its very end. */
export function checkBatchEnds(batch: BatchWalk): Violation[] {
  const { plan, items, header } = batch;
  const open = plan.items.filter(({ key }) => endOf(items.get(key)) === undefined);
  const found = open.map(({ key }): Violation => {
    const state = items.get(key)?.moves.at(-1)?.after?.state ?? "not there";
    return { kind: "not ended", text: `${key} is "${state}" when all is over` };
  });
  const ends = header.filter(({ before, after }) => isBatchEnd(after) && !isBatchEnd(before));
  const last = header.at(-1)?.after;
  if (!isBatchEnd(last))
    found.push({ kind: "not ended", text: `${plan.name} is "${last ?? "gone"}" when all is over` });
  const again = header.filter(({ before, after }) => isBatchEnd(before) && !isBatchEnd(after) && after !== undefined);
  if (ends.length > again.length + 1)
    found.push({
      kind: "second end",
      text: `${plan.name} ended ${ends.length} times, begun anew ${again.length} times`,
    });
  return [...found, ...ends.slice(-1).flatMap((end) => checkLast(batch, end)), ...checkFinals(batch)];
}

function checkLast({ plan, items, finals }: BatchWalk, { index }: HeaderMove): Violation[] {
  const later = [...items.values()].flatMap((walk) => {
    const end = lastEnd(walk);
    return end && end.index > index ? [walk.item.key] : [];
  });
  const works = finals.filter(({ moves }) => !isOver(moves, index)).map(({ jobId }) => jobId);
  return [...later, ...works].map((what) => ({
    kind: "early end",
    text: `${plan.name} ended at commit ${index}, before ${what}`,
  }));
}

function isOver(moves: BatchWalk["finals"][number]["moves"], index: number): boolean {
  const phase = moves.filter((move) => move.index < index).at(-1)?.after?.phase;
  return phase !== undefined && isTerminal(phase);
}

/** Once, when all items have ended; and not for a batch that was cancelled. */
function checkFinals({ plan, items, finals, header }: BatchWalk): Violation[] {
  const found: Violation[] = [];
  const wasCancelled = header.some((move) => move.wasCancelled);
  const wanted = plan.hasFinally && !wasCancelled ? 1 : 0;
  if (finals.length > 1 || (finals.length < wanted && isBatchEnd(header.at(-1)?.after)))
    found.push({ kind: "wrong end", text: `${plan.name} had ${finals.length} final jobs instead of ${wanted}` });
  const [begun] = finals.flatMap(({ moves }) => moves.slice(0, 1));
  for (const walk of items.values()) {
    const end = firstEnd(walk);
    if (begun && (!end || end.index > begun.index))
      found.push({ kind: "early start", text: `${plan.name} had its final job before ${walk.item.key} ended` });
  }
  return found;
}
