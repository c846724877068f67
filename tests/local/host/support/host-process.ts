import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { until } from "./until.ts";

export interface HostProcess {
  readonly url: string;
  readonly functions: readonly string[];
  readonly child: ChildProcess;
  /** Everything printed so far. */
  output(): string;
  printed(pattern: RegExp): Promise<void>;
  /** The exit code, once it has ended. */
  readonly exited: Promise<number | null>;
  stop(): Promise<number | null>;
}

export interface HostProcessOptions {
  /** A folder of tests/fixtures/apps, or the whole path of another. */
  readonly app: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Options of node itself. */
  readonly execArgv?: readonly string[];
  /** Default: a new one for this process. */
  readonly stateFolder?: string;
}

/** Compiled tests run from dist/, the sample apps are plain JavaScript beside their sources. */
const FIXTURES = resolve("tests/fixtures/apps");
const MAIN = resolve("dist/local/host/main.js");
const running = new Set<HostProcess>();

/** Forks a host for a sample app and waits until it serves. Rejects with all it printed when it cannot start. */
export async function startHostProcess(options: HostProcessOptions): Promise<HostProcess> {
  const { child, output, exited } = forkHost(options);
  const message = await new Promise<{ type: string; url: string; functions: string[] }>((resolvePromise, reject) => {
    child.once("message", resolvePromise as (message: unknown) => void);
    void exited.then((code) => {
      reject(new Error(`The host exited with ${code}:\n${output()}`));
    });
  });
  if (message.type !== "listening") throw new Error(`The host did not start: ${JSON.stringify(message)}\n${output()}`);
  const host: HostProcess = {
    url: message.url,
    functions: message.functions,
    child,
    output,
    exited,
    printed: async (pattern) => {
      await until(() => pattern.test(output()), `the host to print ${String(pattern)}; it printed:\n${output()}`);
    },
    stop: async () => {
      child.kill("SIGKILL");
      return exited;
    },
  };
  running.add(host);
  void exited.then(() => running.delete(host));
  return host;
}

/** Forks a host without waiting for it: for starts that fail. */
export function forkHost(options: HostProcessOptions): {
  child: ChildProcess;
  output: () => string;
  exited: Promise<number | null>;
} {
  const { app, args = [], env = {}, execArgv = [], stateFolder = newFolder() } = options;
  const argv = [
    "--app",
    resolve(FIXTURES, app),
    "--state",
    stateFolder,
    ...(args.includes("--port") ? [] : ["--port", "0"]),
  ];
  const child = fork(MAIN, [...argv, ...args], {
    execArgv: [...execArgv],
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  // Not "close", which never comes for a child that the parent has disconnected from.
  const ended = [child.stdout, child.stderr].flatMap((stream) => (stream ? [once(stream, "end")] : []));
  const exited = once(child, "exit").then(async ([code]) => {
    await Promise.all(ended);
    return code as number | null;
  });
  return { child, output: () => text, exited };
}

/** Kills every host that a suite left; call it after all tests. */
export async function stopHostProcesses(): Promise<void> {
  await Promise.all([...running].map((host) => host.stop()));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

const folders: string[] = [];

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "host-state-"));
  folders.push(folder);
  return folder;
}
