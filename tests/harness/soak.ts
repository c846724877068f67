import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import type { KnownSeed } from "./known-seeds.ts";
import { addKnownSeeds } from "./known-seeds.ts";
import { describeFailure, runSeeds } from "./run-seeds.ts";

/**
 * Runs new seeds for as long as it is told to, on all cores. Seeds that find fault are added to seeds.json, so that
 * they are run for ever after.
 */
const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" } } });
const SEEDS_AT_A_TIME = 200;
/** No two soaks should begin at the same place, and a seed has 32 bits. */
const HIGHEST_SEED = 2 ** 32 - 1;

const end = Date.now() + Number(values.minutes) * 60_000;
let runs = 0;
const found: KnownSeed[] = [];
await Promise.all(Array.from({ length: availableParallelism() }, soak));
await addKnownSeeds(found);
process.stdout.write(`${runs} runs, ${found.length} of them wrong\n`);
process.exitCode = found.length === 0 ? 0 : 1;

async function soak(): Promise<void> {
  while (Date.now() < end) {
    const first = Math.floor(Math.random() * (HIGHEST_SEED - SEEDS_AT_A_TIME));
    const outcomes = await runSeeds({ seeds: `${first}-${first + SEEDS_AT_A_TIME - 1}` });
    const wrong = outcomes.filter(({ violations }) => violations.length > 0);
    for (const outcome of wrong) process.stdout.write(`${describeFailure(outcome)}\n`);
    found.push(
      ...wrong.map(({ seed, violations: [first] }) => ({ seed, found: first ? `${first.kind}: ${first.text}` : "" })),
    );
    runs += outcomes.length;
  }
}
