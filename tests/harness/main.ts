import { parseArgs } from "node:util";
import { runScenario } from "./scenario/run-scenario.ts";
import { takeOverProcess } from "./world/take-over-process.ts";

/** node dist/tests/harness/main.js --from 1 --count 300: runs seeds and tells of each in a line of JSON. */
const { values } = parseArgs({
  options: { from: { type: "string", default: "1" }, count: { type: "string", default: "1" }, steps: { type: "boolean", default: false } },
});
const { stdout } = process;
const takeOver = takeOverProcess();
const first = Number(values.from);
for (let seed = first; seed < first + Number(values.count); seed++) {
  const { steps, ...outcome } = await runScenario({ seed, takeOver });
  stdout.write(`${JSON.stringify({ ...outcome, count: steps.length })}\n`);
  if (values.steps) for (const { at, who, label } of steps) stdout.write(`${(at / 1000).toFixed(3).padStart(10)} ${who.padEnd(11)} ${label}\n`);
}
