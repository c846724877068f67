import { MOODS } from "../actors/job-type.ts";
import type { Random } from "../world/random.ts";
import { POLICIES } from "./planned-batch.ts";
import type { PlannedBatch, PlannedItem } from "./planned-batch.ts";

type Edges = readonly (readonly number[])[];

/** How likely an item depends on one before it. */
const EDGE_SHARE = 0.45;
const MOST_ITEMS = 40;
const FEWEST_ITEMS = 7;
/** Mostly small: a large one takes as much time as five, and shows little that they do not. */
const USUAL_ITEMS = 9;

/** A batch of any shape that has no circle; mostly what chance makes of it, now and then a shape with a name. */
export function drawBatch(random: Random, name: string): PlannedBatch {
  const draw = random.pick([randomEdges, randomEdges, randomEdges, sparseEdges, diamond, fanIn]);
  const edges = draw(random);
  const keyOf = (index: number) => `${name}-${index + 1}`;
  // Where nearly all depends on all, one item that fails takes the rest along: many must go well.
  const calm = random.happens(0.5);
  const items = edges.map((parents, index): PlannedItem => {
    const dependsOn = parents.map(keyOf);
    const takes = dependsOn.filter(() => random.happens(0.3));
    return {
      key: keyOf(index),
      dependsOn,
      mood: random.happens(calm ? 0.9 : 0.4) ? "quick" : random.pick(MOODS),
      varies: random.happens(0.6),
      takes,
      needs: random.happens(0.1) ? dependsOn[0] : undefined,
    };
  });
  return {
    name,
    policy: random.pick(POLICIES),
    items: shuffled(random, items),
    hasFinally: random.happens(0.3),
  };
}

function drawCount(random: Random): number {
  const most = random.happens(0.06) ? MOST_ITEMS : USUAL_ITEMS;
  return FEWEST_ITEMS + random.below(most - FEWEST_ITEMS + 1);
}

function randomEdges(random: Random, share = EDGE_SHARE): Edges {
  return Array.from({ length: drawCount(random) }, (_, index) =>
    Array.from({ length: index }, (_, before) => before).filter(() => random.happens(share)),
  );
}

/** Long chains and islands. */
function sparseEdges(random: Random): Edges {
  return randomEdges(random, 0.12);
}

/** One, some that depend on it, and one that depends on all of those; now and then several in a row. */
function diamond(random: Random): Edges {
  const edges: number[][] = [[]];
  for (let count = 1 + random.below(2); count > 0; count--) {
    const top = edges.length - 1;
    const width = 2 + random.below(3);
    for (let side = 0; side < width; side++) edges.push([top]);
    edges.push(Array.from({ length: width }, (_, side) => top + 1 + side));
  }
  return edges;
}

/** More parents than the product reads one by one. */
const WIDE = 33;

/** One that depends on all others, which depend on none; seldom so many that the product keeps count of them by rows. */
function fanIn(random: Random): Edges {
  const width = random.happens(0.1) ? WIDE : FEWEST_ITEMS - 1;
  const sources = Array.from({ length: width }, (_, index) => index);
  return [...sources.map(() => []), sources];
}

function shuffled<T>(random: Random, all: readonly T[]): T[] {
  const left = [...all];
  return Array.from(all, () => left.splice(random.below(left.length), 1)).flat();
}
