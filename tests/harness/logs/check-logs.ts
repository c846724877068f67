import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { checkLog } from "./check-log.ts";
import { readLogLines } from "./read-log-lines.ts";

/**
 * Judges the logs of real hosts, and says what is wrong, a line to each:
 *
 *     node dist/tests/harness/logs/check-logs.js [--complete] FILE…
 *
 * The files are of all instances and of one time. `--complete`: nothing was left to do when they end. The exit code is 1
 * when something is wrong.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { complete: { type: "boolean", default: false } },
});
const texts = await Promise.all(positionals.map(async (file) => readFile(file, "utf8")));
const lines = readLogLines(texts.join("\n"));
const violations = checkLog(lines, { isComplete: values.complete });
for (const { kind, text } of violations) process.stdout.write(`${kind}: ${text}\n`);
process.stdout.write(`${lines.length} lines, ${violations.length} of them wrong\n`);
process.exitCode = violations.length === 0 ? 0 : 1;
