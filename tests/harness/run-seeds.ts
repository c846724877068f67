import { inProcesses } from "./processes.ts";
import type { Family, ToldOutcome } from "./scenario/outcome.ts";

/** Runs scenarios, on all cores. */
export async function runSeeds(seeds: readonly number[], family: Family = "jobs"): Promise<ToldOutcome[]> {
  const flags = family === "batches" ? ["--batches"] : [];
  const lines = await inProcesses(seeds, async (part, run) => run("main.js", [`--seeds=${part.join()}`, ...flags]));
  return lines.map((line) => JSON.parse(line) as ToldOutcome);
}

/** So many seeds from `first` on. */
export function seedsFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

/** What a person needs to know of a run that went wrong: how to see it again, what is wrong, and all that happened. */
export function describeFailure({ family, seed, violations, schedule = "" }: ToldOutcome): string {
  const wrong = violations.map(({ kind, text: what }) => `  ${kind}: ${what}`).join("\n");
  const again = `node dist/tests/harness/main.js${family === "batches" ? " --batches" : ""} --seeds ${seed} --schedule`;
  return `Seed ${seed} went wrong (${again}):\n${wrong}\n\n${schedule}`;
}
