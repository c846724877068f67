import type { PlannedBatch, PlannedItem } from "./planned-batch.ts";

/**
 * Row, claim and end of the job; its item read and ended, its mark and its hand-off removed; the batch's end looked for, and
 * made, or found to be made by another that ended in the same instant.
 */
const OF_ITS_OWN = 16;
/** Read, and its job made and rung for. */
const OF_A_CHILD = 4;
/** Who loses a race for a child reads it once more. */
const TRIES = 3;
/** More parents than that are asked for by their marks. */
const MOST_READ = 32;
const OF_MANY_PARENTS = 2;

/** How many storage calls the work on one item's job may take: by its children and their parents, whatever the batch. */
export function callsAllowed({ items }: PlannedBatch): (item: PlannedItem) => number {
  const children = new Map<string, PlannedItem[]>(items.map(({ key }) => [key, []]));
  for (const item of items) for (const key of item.dependsOn) children.get(key)?.push(item);
  return ({ key }) => {
    const own = children.get(key) ?? [];
    const questions = own.reduce((sum, { dependsOn }) => sum + 1 + parentReads(dependsOn.length), 0);
    return OF_ITS_OWN + own.length * OF_A_CHILD + questions * TRIES;
  };
}

function parentReads(count: number): number {
  return count > MOST_READ ? OF_MANY_PARENTS : count - 1;
}
