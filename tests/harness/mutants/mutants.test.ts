import { beforeAll, describe, expect, it } from "@jest/globals";
import { inProcesses } from "../processes.ts";
import type { Caught } from "./catch-mutants.ts";
import { CAUGHT_AT } from "./caught-at.ts";
import { MUTANTS } from "./mutants.ts";
import type { MutantName } from "./mutants.ts";

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
