import { parseArgs } from "node:util";
import { takeOverProcess } from "../world/take-over-process.ts";
import { CAUGHT_AT } from "./caught-at.ts";
import { readMutantSeeds, writeMutantSeeds } from "./mutant-seeds.ts";
import { MUTANTS, scenarioFor } from "./mutants.ts";
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

const { values } = parseArgs({
  options: {
    mutants: { type: "string", default: Object.keys(MUTANTS).join() },
    /** Keeps the seeds, to be tried first the next time. */
    keep: { type: "boolean", default: false },
  },
});
const takeOver = takeOverProcess();
Error.stackTraceLimit = 0;
const before = await readMutantSeeds();
const found: Record<string, number> = {};
for (const mutant of values.mutants.split(",") as MutantName[]) {
  const each = await caught(mutant);
  if (each.seed !== undefined) found[mutant] = each.seed;
  process.stdout.write(`${JSON.stringify(each)}\n`);
}
if (values.keep) await writeMutantSeeds({ ...before, ...found });

/** At one of the kinds that it is to be caught at: another may be an accident. */
async function caught(mutant: MutantName): Promise<Caught> {
  const first = before[mutant] ?? 1;
  const seeds = [first, ...Array.from({ length: SEEDS }, (_, index) => index + 1).filter((seed) => seed !== first)];
  for (const seed of seeds) {
    const { violations } = await scenarioFor(mutant)({ seed, variant: MUTANTS[mutant], takeOver });
    const kinds = [...new Set(violations.map(({ kind }) => kind))];
    if (kinds.some((kind) => CAUGHT_AT[mutant].includes(kind))) return { mutant, seed, kinds };
  }
  return { mutant, seed: undefined, kinds: [] };
}
