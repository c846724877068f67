import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startOpenAIEmulator } from "../../local/emulators/openai/start.ts";
import { startStorageEmulator } from "../../local/emulators/storage/start.ts";
import { startCountingProxy } from "./counting-proxy.ts";
import type { CountingProxy } from "./counting-proxy.ts";
import { startHost } from "./start-host.ts";

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
  const { connectionString } = counted ? proxy : storage;
  const host = await startHost({ app: ".", connectionString, workers, env: { OPENAI_BASE_URL: model.baseUrl } });
  return {
    url: host.url,
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
