import { describe, expect, it } from "@jest/globals";
import { runSeeds } from "../run-seeds.ts";
import { MUTANTS } from "./mutants.ts";
import type { MutantName } from "./mutants.ts";

/** The slowest to be caught takes about a hundred; this leaves room for scenarios to change. */
const SEEDS = 600;

/** What each is to be caught at, so that it is not caught by an accident of another kind. */
const CAUGHT_AT: Record<MutantName, readonly string[]> = {
  // Who writes blindly can also leave a job without its wake-up row.
  "no-fence": ["version", "second end", "not the holder", "illegal walk", "not ended"],
  "no-supervisor": ["not ended"],
  "ack-first": ["not ended"],
  "conflict-means-accepted": ["not ended"],
  "attempt-not-counted": ["attempt not counted", "too many attempts"],
  "key-apart": ["duplicated"],
  "message-first": ["not ended"],
  "ends-not-final": ["illegal walk", "second end"],
  "reads-a-memory": ["read back in time"],
};

describe("the harness", () => {
  it.each(Object.keys(MUTANTS) as MutantName[])("finds fault with the mutant %s", async (mutant) => {
    const outcomes = await runSeeds({ seeds: `1-${SEEDS}`, mutant, untilCaught: true });
    const kinds = outcomes.at(-1)?.violations.map(({ kind }) => kind) ?? [];
    expect(CAUGHT_AT[mutant]).toContain(kinds[0]);
  });
});
