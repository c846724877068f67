import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startOpenAIEmulator } from "../../local/emulators/openai/start.ts";
import { startStorageEmulator } from "../../local/emulators/storage/start.ts";
import { startChild } from "../../local/process/start-child.ts";
import { startCountingProxy } from "./counting-proxy.ts";
import type { CountingProxy } from "./counting-proxy.ts";

/** The real app on the embedded host, with its storage behind a proxy that counts. */
export interface Stack {
  readonly url: string;
  /** Straight to storage, past the proxy. */
  readonly connectionString: string;
  readonly proxy: CountingProxy;
  stop(): Promise<void>;
}

export interface StackOptions {
  /** False: jobs are accepted and nobody works on them. */
  readonly workers: boolean;
  /** False: the app talks to storage straight, and nothing is counted. */
  readonly counted: boolean;
}

export async function startStack({ workers, counted }: StackOptions): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-bench-"));
  const storage = await startStorageEmulator({ folder: join(folder, "storage"), ports: "any" });
  const model = await startOpenAIEmulator();
  const proxy = await startCountingProxy(storage.connectionString);
  const disabled = { "AzureWebJobs.work-documents.Disabled": "true", "AzureWebJobs.work-images.Disabled": "true" };
  const host = await startChild({
    name: "Functions host",
    module: new URL("../../local/host/main.js", import.meta.url),
    args: ["--app", ".", "--port", "0", "--state", join(folder, "functions"), "--log-level", "error"],
    env: {
      ...process.env,
      ...(!workers && disabled),
      AzureWebJobsStorage: counted ? proxy.connectionString : storage.connectionString,
      OPENAI_BASE_URL: model.baseUrl,
      OPENAI_API_KEY: "local",
    },
  });
  return {
    url: String((host.ready as { url?: unknown }).url).replace(/\/$/, ""),
    connectionString: storage.connectionString,
    proxy,
    async stop() {
      await host.stop();
      await proxy.stop();
      await Promise.all([storage.stop(), model.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
