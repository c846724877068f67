import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** What a run leaves behind dies young: with more room for the young, the collector has a tenth of the work. */
const NODE_FLAGS = ["--max-semi-space-size=64"];

/** Runs a script of the harness in a process of its own, since it takes the process's time and chance over. */
export async function runScript(script: string, flags: readonly string[]): Promise<string> {
  const file = fileURLToPath(new URL(`./${script}`, import.meta.url));
  const child = spawn(process.execPath, [...NODE_FLAGS, file, ...flags], { stdio: ["ignore", "pipe", "pipe"] });
  const exited = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [said, complained, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  if (code === 0) return said;
  throw new Error(`${script} ended with ${String(code)} at ${flags.join(" ")}: ${complained}`);
}

/** Deals work out to as many processes as there are cores, and returns the lines that all of them said. */
export async function inProcesses<Work>(
  all: readonly Work[],
  start: (part: readonly Work[], run: typeof runScript) => Promise<string>,
): Promise<string[]> {
  const count = Math.min(all.length, availableParallelism());
  const parts = Array.from({ length: count }, (_, part) => all.filter((_, index) => index % count === part));
  const said = await Promise.all(parts.map(async (part) => start(part, runScript)));
  return said.flatMap((lines) => lines.trimEnd().split("\n"));
}
