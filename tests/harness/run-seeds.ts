import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { MutantName } from "./mutants/mutants.ts";
import type { ToldOutcome } from "./scenario/outcome.ts";

export interface RunSeedsOptions {
  /** `1-3,7` is 1, 2, 3 and 7. */
  readonly seeds: string;
  readonly mutant?: MutantName;
  /** Ends with the first seed that finds fault. */
  readonly untilCaught?: boolean;
}

/** Runs scenarios in a process of their own, since they take the process's time and chance over. */
export async function runSeeds({ seeds, mutant, untilCaught = false }: RunSeedsOptions): Promise<ToldOutcome[]> {
  const flags = [
    `--seeds=${seeds}`,
    ...(mutant ? [`--mutant=${mutant}`] : []),
    ...(untilCaught ? ["--until-caught"] : []),
  ];
  const lines = (await runMain(flags)).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as ToldOutcome);
}

/** What that process says when it is given these flags. */
export async function runMain(flags: readonly string[]): Promise<string> {
  const main = fileURLToPath(new URL("./main.js", import.meta.url));
  const child = spawn(process.execPath, [main, ...flags], { stdio: ["ignore", "pipe", "pipe"] });
  const exited = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [said, complained, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  if (code === 0) return said;
  throw new Error(`The harness ended with ${String(code)} at ${flags.join(" ")}: ${complained}`);
}

/** What a person needs to know of a run that went wrong: how to see it again, what is wrong, and all that happened. */
export function describeFailure({ seed, violations, schedule = "" }: ToldOutcome): string {
  const wrong = violations.map(({ kind, text: what }) => `  ${kind}: ${what}`).join("\n");
  const again = `node dist/tests/harness/main.js --seeds ${seed} --schedule`;
  return `Seed ${seed} went wrong (${again}):\n${wrong}\n\n${schedule}`;
}
