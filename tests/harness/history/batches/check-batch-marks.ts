import { FINALLY_INDEX, MAX_PARENTS_READ } from "../../../../src/batches/item.ts";
import { badMark, lackMark } from "../../../../src/batches/marks.ts";
import type { Violation } from "../violation.ts";
import { endOf } from "./batch-walk.ts";
import type { BatchWalk } from "./batch-walk.ts";

/**
 * The marks that stay say of each item whether it ended well, and to each with many parents which of them did not. A sweep
 * leaves nobody to whom the latter is news.
 */
export function checkBatchMarks({ batchId, plan, items, marks, header }: BatchWalk): Violation[] {
  const wasSwept = header.some(({ after }) => after === "draining");
  const places = new Map(plan.items.map(({ key }, index) => [key, { batchId, index }]));
  const wanted = new Set<string>();
  for (const { key, dependsOn } of plan.items) {
    const place = places.get(key) ?? { batchId, index: -1 };
    if (isBad(items.get(key))) wanted.add(badMark(place).rowKey);
    if (dependsOn.length <= MAX_PARENTS_READ || wasSwept) continue;
    for (const parent of dependsOn)
      if (isBad(items.get(parent))) wanted.add(lackMark(place, places.get(parent)?.index ?? -1).rowKey);
  }
  const own = badMark({ batchId, index: FINALLY_INDEX }).rowKey;
  const standing = [...marks].filter((mark) => (wasSwept ? /^bad\|/ : /^(bad|lack)\|/).test(mark) && mark !== own);
  return [
    ...standing.filter((mark) => !wanted.has(mark)).map((mark) => `has ${mark}`),
    ...[...wanted].filter((mark) => !marks.has(mark)).map((mark) => `lacks ${mark}`),
  ].map((text) => ({ kind: "wrong mark", text: `${plan.name} ${text}` }));
}

function isBad(walk: Parameters<typeof endOf>[0]): boolean {
  const end = endOf(walk);
  return end !== undefined && end !== "completed";
}
