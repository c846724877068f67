import type { PlannedBatch, PlannedItem } from "./planned-batch.ts";

/** Shapes whose size is what matters about them. */
export const SHAPES = { chain, fanOut, fanIn, diamonds } as const;
export type ShapeName = keyof typeof SHAPES;

/** Each depends on the one before. */
function chain(count: number): PlannedBatch {
  return batchOf(numbers(count).map((index) => (index === 0 ? [] : [index - 1])));
}

/** All depend on the first. */
function fanOut(count: number): PlannedBatch {
  return batchOf(numbers(count).map((index) => (index === 0 ? [] : [0])));
}

/** The last depends on all others. */
function fanIn(count: number): PlannedBatch {
  return batchOf(numbers(count).map((index) => (index === count - 1 ? numbers(count - 1) : [])));
}

/** One that two depend on, and one that depends on those two: a quarter as many as there are items. */
function diamonds(count: number): PlannedBatch {
  return batchOf(
    numbers(count).map((index) => {
      const top = index - (index % 4);
      return [[], [top], [top], [top + 1, top + 2]][index % 4] ?? [];
    }),
  );
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function batchOf(edges: readonly (readonly number[])[]): PlannedBatch {
  const keyOf = (index: number) => `item-${index}`;
  const items = edges.map((parents, index): PlannedItem => ({
    ...{ key: keyOf(index), dependsOn: parents.map(keyOf), mood: "quick", varies: false, takes: [], needs: undefined },
  }));
  return { name: "large", policy: "skip_dependents", items, hasFinally: false };
}
