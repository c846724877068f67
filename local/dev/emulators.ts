import { join } from "node:path";
import { startOpenAIEmulator } from "../emulators/openai/start.ts";
import type { StoragePorts } from "../emulators/storage/connection-string.ts";
import { startStorageEmulator } from "../emulators/storage/start.ts";
import type { Child } from "../process/start-child.ts";
import { readNeeds, toHostEnvironment } from "./environment.ts";
import { PROJECT_FOLDER } from "./project.ts";
import { startSamplesServer } from "./samples-server.ts";
import { startTogether } from "./start-together.ts";

export interface EmulatorsOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly data: string;
  readonly fresh: boolean;
  readonly storagePorts: "prefer-default" | "any";
  readonly abortSignal: AbortSignal;
}

/** Everything beside the Functions host that runs on this machine. */
export interface Emulators {
  /** For the host: this environment, and where the emulators are. */
  readonly env: NodeJS.ProcessEnv;
  readonly samplesOrigin: string;
  /** Of the storage emulator, if there is one. */
  readonly storagePorts: StoragePorts | undefined;
  /** Those that run as processes and could end unexpectedly. */
  readonly children: readonly Child[];
  stop(): Promise<void>;
}

/** Starts what the environment does not name a real service for, all at once. When one cannot start, the others are stopped. */
export async function startEmulators({
  env,
  data,
  fresh,
  storagePorts,
  abortSignal,
}: EmulatorsOptions): Promise<Emulators> {
  const needs = readNeeds(env);
  const none = Promise.resolve(undefined);
  const folder = join(data, "storage");
  const [storage, openai, samples] = await startTogether([
    needs.storage ? startStorageEmulator({ folder, fresh, ports: storagePorts, abortSignal }) : none,
    needs.openai ? startOpenAIEmulator({ abortSignal }) : none,
    startSamplesServer(join(PROJECT_FOLDER, "samples")),
  ]);
  return {
    env: toHostEnvironment(env, {
      storageConnectionString: storage?.connectionString,
      openaiBaseUrl: openai?.baseUrl,
      samplesOrigin: samples.origin,
    }),
    samplesOrigin: samples.origin,
    storagePorts: storage?.ports,
    children: [storage, openai].filter((child) => child !== undefined),
    stop: async () => {
      await Promise.all([storage?.stop(), openai?.stop(), samples.stop()]);
    },
  };
}
