import { parseArgs } from "node:util";
import fc from "fast-check";
import { AS_IT_IS } from "../actors/site.ts";
import { MUTANTS } from "../mutants/mutants.ts";
import type { MutantName } from "../mutants/mutants.ts";
import { takeOverProcess } from "../world/take-over-process.ts";
import { createClientModel } from "./client-model.ts";
import { COMMANDS } from "./commands.ts";
import { openReal } from "./real.ts";

/**
 * A process that holds the product to the model of what a client may be told, and says in a line of JSON what came of it:
 *
 *     node dist/tests/harness/model/main.js --seed 7 --runs 100
 */
export interface Modelled {
  readonly seed: number;
  readonly runs: number;
  /** The shortest story that goes wrong, and how. */
  readonly wrong?: string;
}

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: "50" },
    mutant: { type: "string" },
  },
});
const takeOver = takeOverProcess();
const seed = Number(values.seed);
const variant = values.mutant === undefined ? AS_IT_IS : MUTANTS[values.mutant as MutantName];
Error.stackTraceLimit = 0;

const property = fc.asyncProperty(
  fc.nat(),
  fc.commands(COMMANDS, { maxCommands: 25, size: "max" }),
  async (chance, commands) => {
    const real = await openReal({ seed: chance, variant, takeOver });
    await fc.asyncModelRun(() => ({ model: createClientModel(), real }), commands);
    const violations = await real.end();
    if (violations.length > 0) throw new Error(violations.map(({ kind, text }) => `${kind}: ${text}`).join("\n"));
  },
);
const { failed, numRuns, counterexample, errorInstance } = await fc.check(property, {
  seed,
  numRuns: Number(values.runs),
});
const told: Modelled = {
  seed,
  runs: numRuns,
  ...(failed && {
    wrong: `${fc.stringify(counterexample)}\n${String(errorInstance)}`,
  }),
};
process.stdout.write(`${JSON.stringify(told)}\n`);
