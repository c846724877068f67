import { beforeAll, describe, expect, it } from "@jest/globals";
import { readKnownSeeds } from "../known-seeds.ts";
import { describeFailure, runMain, runSeeds } from "../run-seeds.ts";
import { FAULTS } from "../world/faults.ts";
import type { ToldOutcome } from "./outcome.ts";

const SEEDS = 300;
/** Of every kind of fault: less would not be worth the name. */
const LEAST_FAULTS = 10;

function expectNothingWrong(outcomes: readonly ToldOutcome[]): void {
  const [wrong, ...others] = outcomes.filter(({ violations }) => violations.length > 0);
  if (wrong)
    throw new Error(
      `${describeFailure(wrong)}\nSo did ${others.length} more: ${others.map(({ seed }) => seed).join(", ")}`,
    );
}

describe("the product under faults", () => {
  let outcomes: readonly ToldOutcome[];
  beforeAll(async () => {
    outcomes = await runSeeds({ seeds: `1-${SEEDS}` });
  }, 180_000);

  it(`keeps its promises in ${SEEDS} runs`, () => {
    expect(outcomes).toHaveLength(SEEDS);
    expectNothingWrong(outcomes);
  });

  it("was asked for something, and had something go wrong, often enough to be believed", () => {
    const accepted = outcomes.reduce((sum, outcome) => sum + outcome.accepted, 0);
    expect(accepted).toBeGreaterThan(SEEDS);
    const kinds = FAULTS.filter((kind) => kind !== "lostMessage");
    for (const kind of kinds) {
      const fired = outcomes.reduce((sum, { faults }) => sum + (faults[kind] ?? 0), 0);
      expect({ kind, fired: fired >= LEAST_FAULTS }).toEqual({ kind, fired: true });
    }
  });

  it("keeps its promises with every seed that ever found fault", async () => {
    const seeds = await readKnownSeeds();
    expect(seeds.length).toBeGreaterThan(0);
    expectNothingWrong(await runSeeds({ seeds: seeds.map(({ seed }) => seed).join(",") }));
  });

  it("does the same again for the same seed, whatever was run before it", async () => {
    const [alone, third] = await Promise.all([
      runMain(["--seeds=44", "--schedule"]),
      runMain(["--seeds=42-44", "--schedule"]),
    ]);
    expect(alone.length).toBeGreaterThan(5_000);
    expect(third.endsWith(alone)).toBe(true);
  });
});
