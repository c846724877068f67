import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "../../local/process/start-child.ts";

export interface BenchHost {
  /** Without a slash at the end. */
  readonly url: string;
  readonly pid: number;
  /** Lets what runs come to its end. */
  stop(): Promise<void>;
}

export interface BenchHostOptions {
  /** The folder of the function app. */
  readonly app: string;
  readonly connectionString: string;
  /** False: jobs are accepted and nobody works on them. */
  readonly workers: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

const DISABLED = { "AzureWebJobs.work-documents.Disabled": "true", "AzureWebJobs.work-images.Disabled": "true" };

/** An app on the embedded host, in a process of its own. */
export async function startHost({ app, connectionString, workers, env }: BenchHostOptions): Promise<BenchHost> {
  const state = await mkdtemp(join(tmpdir(), "millrace-bench-host-"));
  const child = await startChild({
    name: "Functions host",
    module: new URL("../../local/host/main.js", import.meta.url),
    args: ["--app", app, "--port", "0", "--state", state, "--log-level", "error"],
    env: {
      ...process.env,
      ...(!workers && DISABLED),
      AzureWebJobsStorage: connectionString,
      OPENAI_API_KEY: "local",
      ...env,
    },
  });
  return {
    url: String((child.ready as { url?: unknown }).url).replace(/\/$/, ""),
    pid: child.pid,
    async stop() {
      await child.stop();
      await rm(state, { recursive: true, force: true });
    },
  };
}
