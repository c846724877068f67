import { beforeAll, describe, expect, it } from "@jest/globals";
import { readKnownSeeds } from "../known-seeds.ts";
import { runSeeds, seedsFrom } from "../run-seeds.ts";
import { FAULTS } from "../world/faults.ts";
import { expectNothingWrong } from "./expect-nothing-wrong.ts";
import { BATCHES_HAPPEN } from "./happens.ts";
import type { ToldOutcome } from "./outcome.ts";

const SEEDS = 1_000;
/** Of every kind of fault, those of messages among them, which are few. */
const LEAST_FAULTS = 20;

describe("batches under faults", () => {
  let outcomes: readonly ToldOutcome[];
  beforeAll(async () => {
    outcomes = await runSeeds(seedsFrom(1, SEEDS), "batches");
  }, 900_000);

  it(`come out as they must in ${SEEDS} runs`, () => {
    expect(outcomes).toHaveLength(SEEDS);
    expectNothingWrong(outcomes);
  });

  it("were asked for often enough to be believed", () => {
    const accepted = outcomes.reduce((sum, outcome) => sum + outcome.accepted, 0);
    expect(accepted).toBeGreaterThan(SEEDS);
  });

  it("come out as they must with every seed that ever found fault", async () => {
    const seeds = await readKnownSeeds("batches");
    expect(seeds.length).toBeGreaterThan(0);
    expectNothingWrong(await runSeeds(seeds, "batches"));
  });

  it.each(FAULTS)("had this fault come up: %s", (kind) => {
    const fired = outcomes.reduce((sum, { faults }) => sum + (faults[kind] ?? 0), 0);
    expect(fired).toBeGreaterThanOrEqual(LEAST_FAULTS);
  });

  it.each(Object.entries(BATCHES_HAPPEN))("had this happen: %s, %d times at least", (what, least) => {
    const times = outcomes.reduce((sum, { happened }) => sum + (happened[what] ?? 0), 0);
    expect(times).toBeGreaterThanOrEqual(least);
  });
});
