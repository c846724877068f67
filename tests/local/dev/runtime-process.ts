import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findFreePort } from "../../../local/process/free-port.ts";
import { waitUntil, waitUntilGone } from "../process/wait-until.ts";

/** The small Functions app that stands in for a real one. */
export const APP = join(process.cwd(), "tests", "fixtures", "apps", "dev-runtime");

export const aFolder = (): string => mkdtempSync(join(tmpdir(), "millrace-dev-"));

/** A compiled program of local/dev, running as a person would run it. */
export interface Program {
  readonly process: ChildProcess;
  /** All it has written so far. */
  readonly output: () => string;
  /** Waits until the output has this in it, and fails when the program ends first. */
  readonly says: (text: string | RegExp) => Promise<void>;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
}

const programs: Program[] = [];

/** Settings that would lead a program to a real service. */
const REAL_SERVICES = ["AzureWebJobsStorage", "OPENAI_API_KEY", "OPENAI_BASE_URL", "AZURE_OPENAI_ENDPOINT"];

/** Runs `dist/local/dev/<name>.js` in an environment that names no real service but those of `env`. */
export function run(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
  const module = fileURLToPath(new URL(`../../../local/dev/${name}.js`, import.meta.url));
  const inherited = Object.entries(process.env).filter(([setting]) => !REAL_SERVICES.includes(setting));
  const child = spawn(process.execPath, [module, ...args], {
    cwd: aFolder(), // where .millrace goes when nothing else is said
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: "pipe",
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const program: Program = {
    process: child,
    output: () => text,
    ended,
    says: async (wanted) =>
      waitUntil(`${name} says ${String(wanted)}`, () => {
        if (new RegExp(wanted).test(text)) return true;
        if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode} and said: ${text}`);
        return false;
      }),
  };
  programs.push(program);
  return program;
}

export interface StartedRuntime extends Program {
  readonly url: string;
  readonly port: number;
}

/** Starts the local runtime with the small app, and waits until it is ready. */
export async function startRuntime(
  options: { data?: string; args?: string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<StartedRuntime> {
  const { data = aFolder(), args = [], env } = options;
  const port = await findFreePort();
  const program = run("start", ["--app", APP, "--port", String(port), "--data", data, ...args], env);
  await program.says("curl");
  return { ...program, port, url: `http://localhost:${port}` };
}

/** The processes that a process has started, and those that these have. */
export function listDescendants(pid: number | undefined): number[] {
  const pairs = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number | undefined): number[] =>
    pairs.flatMap(([child, ppid]) => (ppid === parent && child ? [child, ...below(child)] : []));
  return below(pid);
}

/** Ends what a test has left running. */
export async function stopPrograms(): Promise<void> {
  for (const program of programs.splice(0)) {
    const pids = listDescendants(program.process.pid);
    program.process.kill("SIGKILL");
    await program.ended;
    await Promise.all(pids.map(waitUntilGone));
  }
}
