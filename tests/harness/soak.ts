import { parseArgs } from "node:util";
import type { KnownSeed } from "./known-seeds.ts";
import { addKnownSeeds } from "./known-seeds.ts";
import { describeFailure, runSeeds, seedsFrom } from "./run-seeds.ts";

/**
 * Runs new seeds for as long as it is told to, on all cores. Seeds that find fault are added to seeds.json, so that
 * they are run for ever after.
 */
const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" } } });
const SEEDS_AT_A_TIME = 400;
/** No two soaks should begin at the same place, and a seed has 32 bits. */
const HIGHEST_SEED = 2 ** 32 - 1;

const end = Date.now() + Number(values.minutes) * 60_000;
let runs = 0;
let wrong = 0;
while (Date.now() < end) {
  const first = Math.floor(Math.random() * (HIGHEST_SEED - SEEDS_AT_A_TIME));
  const seeds = seedsFrom(first, SEEDS_AT_A_TIME);
  const outcomes = [...(await runSeeds(seeds, "jobs")), ...(await runSeeds(seeds, "batches"))];
  const found = outcomes.filter(({ violations }) => violations.length > 0);
  for (const outcome of found) process.stdout.write(`${describeFailure(outcome)}\n`);
  // At once: a soak that is stopped by hand keeps what it found.
  await addKnownSeeds(
    found.map(({ family, seed, violations: [violation] }): KnownSeed => ({ family, seed, found: told(violation) })),
  );
  runs += outcomes.length;
  wrong += found.length;
}
process.stdout.write(`${runs} runs, ${wrong} of them wrong\n`);
process.exitCode = wrong === 0 ? 0 : 1;

function told(violation: { readonly kind: string; readonly text: string } | undefined): string {
  return violation ? `${violation.kind}: ${violation.text}` : "";
}
