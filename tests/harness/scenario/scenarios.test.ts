import { beforeAll, describe, expect, it } from "@jest/globals";
import { readKnownSeeds } from "../known-seeds.ts";
import { runScript } from "../processes.ts";
import { runSeeds, seedsFrom } from "../run-seeds.ts";
import { FAULTS } from "../world/faults.ts";
import { expectNothingWrong } from "./expect-nothing-wrong.ts";
import { HAPPENS } from "./happens.ts";
import type { ToldOutcome } from "./outcome.ts";

const SEEDS = 2_000;
/** Of every kind of fault: less would not be worth the name. */
const LEAST_FAULTS = 50;

describe("the product under faults", () => {
  let outcomes: readonly ToldOutcome[];
  beforeAll(async () => {
    outcomes = await runSeeds(seedsFrom(1, SEEDS));
  }, 900_000);

  it(`keeps its promises in ${SEEDS} runs`, () => {
    expect(outcomes).toHaveLength(SEEDS);
    expectNothingWrong(outcomes);
  });

  it("was asked for something often enough to be believed", () => {
    const accepted = outcomes.reduce((sum, outcome) => sum + outcome.accepted, 0);
    expect(accepted).toBeGreaterThan(SEEDS);
  });

  it.each(FAULTS)("had this fault come up: %s", (kind) => {
    const fired = outcomes.reduce((sum, { faults }) => sum + (faults[kind] ?? 0), 0);
    expect(fired).toBeGreaterThanOrEqual(LEAST_FAULTS);
  });

  it.each(Object.entries(HAPPENS))("had this happen: %s, %d times at least", (what, least) => {
    const times = outcomes.reduce((sum, { happened }) => sum + (happened[what] ?? 0), 0);
    expect(times).toBeGreaterThanOrEqual(least);
  });

  it("keeps its promises with every seed that ever found fault", async () => {
    const seeds = await readKnownSeeds("jobs");
    expect(seeds.length).toBeGreaterThan(0);
    expectNothingWrong(await runSeeds(seeds));
  });

  it("does the same again for the same seed, whatever was run before it", async () => {
    const [alone, third] = await Promise.all([
      runScript("main.js", ["--seeds=44", "--schedule"]),
      runScript("main.js", ["--seeds=42-44", "--schedule"]),
    ]);
    expect(alone.length).toBeGreaterThan(5_000);
    expect(third.endsWith(alone)).toBe(true);
  });
});
