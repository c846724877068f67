import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { inProcesses } from "../processes.ts";
import type { Modelled } from "./main.ts";

/** Seeds that found fault once: they are run for ever after. The file lies beside the sources. */
const KNOWN = new URL("../../../../tests/harness/model/seeds.json", import.meta.url);
const SEEDS = [1, 2, 3, 4];
const RUNS_OF_EACH = 60;

describe("what a client is told", () => {
  it("is what the model of it allows, whatever is delivered twice, crashes or takes long", async () => {
    const known = JSON.parse(await readFile(KNOWN, "utf8")) as { readonly seed: number }[];
    const seeds = [...known.map(({ seed }) => seed), ...SEEDS];
    const lines = await inProcesses(seeds, async (part, run) => {
      const said = await Promise.all(
        part.map(async (seed) => run("model/main.js", [`--seed=${seed}`, `--runs=${RUNS_OF_EACH}`])),
      );
      return said.join("");
    });
    const outcomes = lines.map((line) => JSON.parse(line) as Modelled);
    expect(outcomes.flatMap(({ seed, wrong }) => (wrong === undefined ? [] : [{ seed, wrong }]))).toEqual([]);
    expect(outcomes.reduce((sum, { runs }) => sum + runs, 0)).toBe(seeds.length * RUNS_OF_EACH);
  }, 300_000);
});
