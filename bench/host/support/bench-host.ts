import { mkdtemp, mkdir, readdir, copyFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startChild } from "../../../local/process/start-child.ts";

export interface BenchHost {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** From the fork to the first request it would serve. */
  readonly startMs: number;
  /** Starts an orchestration and waits for its end. Returns the output. Rejects when it is not completed. */
  run(name: string, input: number, id?: string): Promise<unknown>;
  journalBytes(): Promise<number>;
  stop(): Promise<void>;
}

const COMPILED = resolve("dist/bench/host/app");

/** The app of this bench on a host of its own, with an empty hub. It has no queues and so needs no storage account. */
export async function startBenchHost(): Promise<BenchHost> {
  const folder = await mkdtemp(join(tmpdir(), "host-bench-"));
  await layOutApp(folder);
  const state = join(folder, "state");
  const begun = performance.now();
  const child = await startChild({
    name: "Functions host",
    module: new URL("../../../local/host/main.js", import.meta.url),
    args: ["--app", folder, "--state", state, "--port", "0", "--log-level", "error"],
    parseReady: readUrl,
  });
  const startMs = performance.now() - begun;
  const url = child.ready;
  return {
    url,
    startMs,
    run: async (name, input, id) => runOrchestration(url, { name, input, id }),
    journalBytes: async () => sizeOf(join(state, "durable")),
    async stop() {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a server of this repository says when it listens, without a slash at the end. */
export function readUrl(message: object): string {
  return String((message as { readonly url?: unknown }).url).replace(/\/$/, "");
}

async function layOutApp(folder: string): Promise<void> {
  await mkdir(join(folder, "dist"));
  for (const file of ["functions.js", "orchestrations.js"])
    await copyFile(join(COMPILED, file), join(folder, "dist", file));
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module", main: "dist/functions.js" }));
  await writeFile(join(folder, "host.json"), JSON.stringify({ version: "2.0" }));
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
}

interface Run {
  readonly name: string;
  readonly input: number;
  readonly id: string | undefined;
}

/** By the management API, which answers with the output when the instance ends in time. */
async function runOrchestration(url: string, { name, input, id }: Run): Promise<unknown> {
  const path = [name, ...(id === undefined ? [] : [id])].join("/");
  const start = `${url}/runtime/webhooks/durabletask/orchestrators/${path}?timeout=600&pollingInterval=1`;
  const answer = await fetch(start, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(input),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${name} of ${input} was answered ${answer.status}: ${text}`);
  return JSON.parse(text) as unknown;
}

async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    files.filter((file) => file.isFile()).map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
