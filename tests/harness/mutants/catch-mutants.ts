import { parseArgs } from "node:util";
import { runScenario } from "../scenario/run-scenario.ts";
import { takeOverProcess } from "../world/take-over-process.ts";
import { readMutantSeeds } from "./mutant-seeds.ts";
import { MUTANTS } from "./mutants.ts";
import type { MutantName } from "./mutants.ts";

/**
 * A process that looks for a seed at which each mutant is caught, and tells of each in a line of JSON. It begins with the
 * one that caught it before.
 *
 *     node dist/tests/harness/mutants/catch-mutants.js --mutants no-fence,key-apart
 */
export interface Caught {
  readonly mutant: MutantName;
  /** None when no seed found fault. */
  readonly seed: number | undefined;
  readonly kinds: readonly string[];
}

/** The slowest to be caught takes about a hundred; this leaves room for scenarios to change. */
const SEEDS = 600;

const { values } = parseArgs({ options: { mutants: { type: "string", default: Object.keys(MUTANTS).join() } } });
const takeOver = takeOverProcess();
Error.stackTraceLimit = 0;
const before = await readMutantSeeds();
for (const mutant of values.mutants.split(",") as MutantName[])
  process.stdout.write(`${JSON.stringify(await caught(mutant))}\n`);

async function caught(mutant: MutantName): Promise<Caught> {
  const first = before[mutant] ?? 1;
  const seeds = [first, ...Array.from({ length: SEEDS }, (_, index) => index + 1).filter((seed) => seed !== first)];
  for (const seed of seeds) {
    const { violations } = await runScenario({ seed, variant: MUTANTS[mutant], takeOver });
    if (violations.length > 0) return { mutant, seed, kinds: [...new Set(violations.map(({ kind }) => kind))] };
  }
  return { mutant, seed: undefined, kinds: [] };
}
