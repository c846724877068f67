import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startHost } from "./start-host.ts";
import type { BenchHost } from "./start-host.ts";

export interface BenchApp {
  /** A host of its own for the app of `bench/app`. */
  start(options: BenchAppOptions): Promise<BenchHost>;
  remove(): Promise<void>;
}

interface BenchAppOptions {
  readonly connectionString: string;
  readonly workers: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** As in Azure by default: 16 messages for one receive. */
const HOST_JSON = {
  version: "2.0",
  extensions: {
    http: { routePrefix: "" },
    queues: { batchSize: 16, maxDequeueCount: 200, maxPollingInterval: "00:00:01", messageEncoding: "base64" },
  },
};

/** Lays out the app of `bench/app` as its author would have it. */
export async function layOutBenchApp(): Promise<BenchApp> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-bench-app-"));
  const packageJson = { type: "module", main: "dist/bench/app/functions.js" };
  await writeFile(join(folder, "package.json"), JSON.stringify(packageJson));
  await writeFile(join(folder, "host.json"), JSON.stringify(HOST_JSON));
  for (const name of ["dist", "node_modules"]) await symlink(resolve(name), join(folder, name));
  return {
    start: async (options) => startHost({ ...options, app: folder }),
    remove: async () => rm(folder, { recursive: true, force: true }),
  };
}
