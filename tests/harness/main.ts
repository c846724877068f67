import { parseArgs } from "node:util";
import { AS_IT_IS } from "./actors/site.ts";
import { MUTANTS, scenarioFor } from "./mutants/mutants.ts";
import type { MutantName } from "./mutants/mutants.ts";
import { tellOutcome } from "./scenario/outcome.ts";
import { runBatchScenario } from "./scenario/run-batch-scenario.ts";
import { runScenario } from "./scenario/run-scenario.ts";
import { takeOverProcess } from "./world/take-over-process.ts";

/**
 * A process that runs scenarios, and tells of each in a line of JSON:
 *
 *     node dist/tests/harness/main.js --seeds 1-300
 *     node dist/tests/harness/main.js --seeds 7,42 --schedule
 *     node dist/tests/harness/main.js --seeds 1-100 --mutant no-fence --until-caught
 *     node dist/tests/harness/main.js --seeds 1-300 --batches
 */
const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1" },
    mutant: { type: "string" },
    /** Runs with batches, in place of runs with single jobs. */
    batches: { type: "boolean", default: false },
    /** Ends with the first seed that finds fault. */
    "until-caught": { type: "boolean", default: false },
    /** Tells the whole schedule of every run, for people. */
    schedule: { type: "boolean", default: false },
  },
});
const { stdout } = process;
const takeOver = takeOverProcess();
// Thousands of errors are thrown and caught in a run; where from is of interest only to who reads a schedule.
if (!values.schedule) Error.stackTraceLimit = 0;
const mutant = values.mutant === undefined ? undefined : mutantOf(values.mutant);
const variant = mutant === undefined ? AS_IT_IS : MUTANTS[mutant];
const run = values.batches ? runBatchScenario : mutant === undefined ? runScenario : scenarioFor(mutant);

for (const seed of seedsIn(values.seeds)) {
  const outcome = await run({ seed, variant, takeOver });
  stdout.write(tellOutcome(outcome, values.schedule));
  if (values["until-caught"] && outcome.violations.length > 0) break;
}

/** `1-3,7` is 1, 2, 3 and 7. */
function seedsIn(text: string): number[] {
  return text.split(",").flatMap((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

function mutantOf(name: string): MutantName {
  if (name in MUTANTS) return name as MutantName;
  throw new Error(`Cannot find a mutant "${name}"; there are ${Object.keys(MUTANTS).join(", ")}`);
}
