import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll } from "@jest/globals";
import { takeStorageAccount } from "../../support/storage-account.ts";
import { builtApp } from "./built-app.ts";
import type { ModuleSystem } from "./module-systems.ts";

/** The host under test, as its clients see it: an address and a storage account. */
export interface ConformanceHost {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** A connection string. */
  readonly storage: string;
  /** A request to a function: `api("hello/Ada?x=1")`. */
  api(path: string, init?: RequestInit): Promise<Response>;
  /** Kills it as a machine that loses power would, and starts it anew where it was. Leaves one alone that is not ours. */
  restart(): Promise<void>;
}

export interface ConformanceHostOptions {
  /** Which sample app; default "app". */
  readonly app?: "app" | "streaming-app";
  /** The node binary that runs the host; default that of `CONFORMANCE_NODE`, else this one. */
  readonly node?: string;
  /** What there is in the storage account before the host starts. */
  readonly prepare?: (storage: string) => Promise<void>;
  /** Settings beside those of local.settings.json, asked for when the host starts. */
  readonly env?: () => Readonly<Record<string, string>>;
}

interface Running {
  readonly url: string;
  readonly storage: string;
  restart(): Promise<void>;
  stop(): void;
}

const MAIN = resolve("dist/local/host/main.js");

/**
 * The host of a suite: one of its own with a storage account of its own, from before the first test until after the last.
 * Or, when `HOST_URL` says so, one that runs already, with the account of `CONFORMANCE_STORAGE`.
 */
export function useConformanceHost(moduleSystem: ModuleSystem, options: ConformanceHostOptions = {}): ConformanceHost {
  let running: Running | undefined;
  const current = () => {
    if (!running) throw new Error("The host does not run yet: use it in a test, not while the suite is described");
    return running;
  };
  beforeAll(async () => {
    running = moduleSystem === "running" ? await findRunning(options) : await start(moduleSystem, options);
  });
  afterAll(() => {
    running?.stop();
  });
  return {
    get url() {
      return current().url;
    },
    get storage() {
      return current().storage;
    },
    restart: async () => current().restart(),
    api: async (path, init) => fetch(`${current().url}/api/${path}`, { redirect: "manual", ...init }),
  };
}

async function findRunning({ app, prepare }: ConformanceHostOptions): Promise<Running> {
  const name = app === "streaming-app" ? "STREAMING_HOST_URL" : "HOST_URL";
  const url = process.env[name]?.replace(/\/$/, "");
  const storage = process.env["CONFORMANCE_STORAGE"];
  if (!url || !storage) throw new Error(`Set ${name} and CONFORMANCE_STORAGE to test a host that runs already`);
  await prepare?.(storage);
  return { url, storage, restart: async () => undefined, stop: () => undefined };
}

async function start(moduleSystem: ModuleSystem, options: ConformanceHostOptions): Promise<Running> {
  const { app = "app", node = process.env["CONFORMANCE_NODE"], prepare, env } = options;
  const folder = await builtApp(app, moduleSystem);
  const state = await mkdtemp(join(tmpdir(), "conformance-state-"));
  const storage = takeStorageAccount();
  await prepare?.(storage);
  const launch = async (port: string) =>
    launchHost({
      args: ["--app", folder, "--state", state, "--port", port],
      execPath: node ?? process.execPath,
      env: { AzureWebJobsStorage: storage, AzureWebJobsOrders: storage, ...env?.() },
    });
  let { child, url } = await launch("0");
  return {
    url,
    storage,
    stop() {
      child.kill("SIGKILL");
    },
    async restart() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
      ({ child, url } = await launch(new URL(url).port));
    },
  };
}

interface Launch {
  readonly args: readonly string[];
  readonly execPath: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Rejects with all it printed when the host does not start. */
async function launchHost({ args, execPath, env }: Launch): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(MAIN, [...args], {
    execPath,
    execArgv: [],
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, "exit").then(([code]) => {
    throw new Error(`The host exited with ${String(code)}:\n${output}`);
  });
  exited.catch(() => undefined); // heard by the race; afterwards the tests show what is missing
  const [message] = (await Promise.race([once(child, "message"), exited])) as [{ type: string; url: string }];
  if (message.type !== "listening") throw new Error(`The host did not start: ${JSON.stringify(message)}\n${output}`);
  return { child, url: message.url.replace(/\/$/, "") };
}
