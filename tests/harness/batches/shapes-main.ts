import { parseArgs } from "node:util";
import { runShape } from "./run-shape.ts";
import { SHAPES } from "./shapes.ts";
import type { ShapeName } from "./shapes.ts";

/**
 * Brings large batches to their end, and tells of each in a line of JSON:
 *
 *     node dist/tests/harness/batches/shapes-main.js --items 10000
 *     node dist/tests/harness/batches/shapes-main.js --items 1000 --shapes chain,fanIn
 */
const { values } = parseArgs({
  options: {
    items: { type: "string", default: "10000" },
    shapes: { type: "string", default: Object.keys(SHAPES).join() },
    /** Messages that are worked on together. */
    "at-once": { type: "string", default: "16" },
  },
});
for (const shape of values.shapes.split(",") as ShapeName[]) {
  const outcome = await runShape({ shape, items: Number(values.items), atOnce: Number(values["at-once"]) });
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
  if (outcome.violations.length > 0) process.exitCode = 1;
}
