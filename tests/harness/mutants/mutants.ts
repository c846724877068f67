import type { Variant } from "../actors/site.ts";
import { runBatchScenario } from "../scenario/run-batch-scenario.ts";
import { runScenario } from "../scenario/run-scenario.ts";
import { BATCH_MUTANTS } from "./batch-mutants.ts";
import { CANCEL_MUTANTS } from "./cancel-mutants.ts";
import { RERUN_MUTANTS } from "./rerun-mutants.ts";
import { STORE_MUTANTS } from "./store-mutants.ts";
import { SUBMIT_MUTANTS } from "./submit-mutants.ts";
import { SWEEP_MUTANTS } from "./sweep-mutants.ts";
import { WORK_MUTANTS } from "./work-mutants.ts";

const OF_BATCHES = { ...BATCH_MUTANTS, ...SWEEP_MUTANTS, ...RERUN_MUTANTS } as const;

/**
 * The product with one of its constructions taken away, by a wrapper around a seam. The harness must find fault with
 * each: one that it lets pass shows that the scenarios are too weak.
 */
export const MUTANTS = {
  ...SUBMIT_MUTANTS,
  ...WORK_MUTANTS,
  ...STORE_MUTANTS,
  ...CANCEL_MUTANTS,
  ...OF_BATCHES,
} as const satisfies Record<string, Variant>;

export type MutantName = keyof typeof MUTANTS;

/** What a mutant is to be caught in: a run with batches, if it is of theirs. */
export function scenarioFor(mutant: MutantName): typeof runScenario {
  return mutant in OF_BATCHES ? runBatchScenario : runScenario;
}
