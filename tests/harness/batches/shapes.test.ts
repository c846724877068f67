import { beforeAll, describe, expect, it } from "@jest/globals";
import { inProcesses } from "../processes.ts";
import type { ShapeOutcome } from "./run-shape.ts";
import { SHAPES } from "./shapes.ts";

/** `shapes-main.js` runs the largest that the product takes, in some minutes. */
const ITEMS = 300;

describe(`a batch of ${ITEMS} items`, () => {
  let outcomes: Map<string, ShapeOutcome>;
  beforeAll(async () => {
    const lines = await inProcesses(Object.keys(SHAPES), async (names, run) =>
      run("batches/shapes-main.js", [`--items=${ITEMS}`, `--shapes=${names.join()}`]),
    );
    const told = lines.map((line) => JSON.parse(line) as ShapeOutcome);
    outcomes = new Map(told.map((outcome) => [outcome.shape, outcome]));
  }, 300_000);

  it.each(Object.keys(SHAPES))("has each item once, at a cost that does not grow with the batch: %s", (shape) => {
    const { violations, items } = outcomes.get(shape) ?? { violations: ["it never ended"], items: 0 };
    expect(violations).toEqual([]);
    expect(items).toBe(ITEMS);
  });
});
