import { beforeAll, describe, expect, it } from "@jest/globals";
import type { Violation } from "../history/history.ts";
import { inProcesses } from "../processes.ts";
import type { Caught } from "./catch-mutants.ts";
import { MUTANTS } from "./mutants.ts";
import type { MutantName } from "./mutants.ts";

/** What each is to be caught at, so that it is not caught by an accident of another kind. */
const CAUGHT_AT: Record<MutantName, readonly Violation["kind"][]> = {
  // Who writes blindly can also leave a job without its wake-up row.
  "no-fence": ["version", "second end", "not the holder", "illegal walk", "not ended", "wake-up row"],
  "no-supervisor": ["not ended"],
  "ack-first": ["not ended"],
  "conflict-means-accepted": ["lost"],
  "attempt-not-counted": ["attempt not counted", "too many attempts"],
  "attempt-counted-late": ["attempt not counted", "too many attempts"],
  "key-apart": ["duplicated"],
  "check-then-put": ["duplicated"],
  "message-first": ["not ended"],
  "ends-not-final": ["illegal walk", "second end"],
  "late-messages": ["late end"],
  "no-lease": ["too early"],
  "no-expiry": ["too late"],
  "no-order": ["order"],
  "ignores-the-loss": ["work for nothing"],
  "late-result": ["work for nothing", "not the holder", "illegal walk", "wrong result"],
  "no-abort": ["work for nothing"],
  "reads-a-memory": ["read back in time", "untrue answer"],
  "wake-up-stays": ["wake-up row"],
  "history-apart": ["history"],
  "letter-apart": ["dead letter"],
  "cancel-unconditional": ["version", "wake-up row", "history", "second end"],
  "cancel-any-operation": ["wrong operation"],
  "cancel-by-hint": ["untrue answer"],
};

describe("the harness", () => {
  let caught: Map<string, Caught>;
  beforeAll(async () => {
    const parts = await inProcesses(Object.keys(MUTANTS), async (names, run) =>
      run("mutants/catch-mutants.js", [`--mutants=${names.join()}`]),
    );
    const found = parts.map((line) => JSON.parse(line) as Caught);
    caught = new Map(found.map((each) => [each.mutant, each]));
  }, 300_000);

  it.each(Object.keys(MUTANTS) as MutantName[])("finds fault with the mutant %s", (mutant) => {
    const { seed, kinds = [] } = caught.get(mutant) ?? {};
    const rightly = kinds.filter((kind) => (CAUGHT_AT[mutant] as readonly string[]).includes(kind));
    expect({ mutant, seed, rightly }).toEqual({
      mutant,
      seed: expect.any(Number),
      rightly: expect.arrayContaining([expect.any(String)]),
    });
  });
});
