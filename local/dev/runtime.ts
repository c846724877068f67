import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { StoragePorts } from "../emulators/storage/connection-string.ts";
import { isPortFree } from "../process/free-port.ts";
import { startChild, type Child, type ChildExit } from "../process/start-child.ts";
import { startEmulators, type Emulators } from "./emulators.ts";
import { findPortOwner } from "./port-owner.ts";

export interface RuntimeOptions {
  readonly app: string;
  readonly port: number;
  readonly data: string;
  readonly fresh: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** "show" passes the host's log on to the terminal. */
  readonly output: "show" | "keep";
  readonly storagePorts: "prefer-default" | "any";
  readonly abortSignal: AbortSignal;
}

/** The app and all it needs, running. */
export interface Runtime {
  /** "http://localhost:7071" */
  readonly url: string;
  readonly samplesOrigin: string;
  /** Of the storage emulator, if there is one. */
  readonly storagePorts: StoragePorts | undefined;
  /** Settles when a part of it ends without having been asked to. */
  readonly failed: Promise<ChildExit>;
  /** Lets the host finish what it is doing, then stops the emulators it was using. */
  stop(): Promise<void>;
}

/** What the Functions host says when it serves. */
const hostReady = z.object({ url: z.url() });

/** The host drains for up to 4 s; killed after this, so that all has ended five seconds after Ctrl-C. */
const HOST_STOP_TIMEOUT_MS = 4_500;

/** Starts the emulators and the Functions host, and waits until the app answers. Leaves nothing running when it rejects. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  await requireFreePort(options.port);
  const emulators = await startEmulators(options);
  try {
    const host = await startHost(options, emulators);
    return {
      url: host.ready.url.replace("127.0.0.1", "localhost").replace(/\/$/, ""),
      samplesOrigin: emulators.samplesOrigin,
      storagePorts: emulators.storagePorts,
      failed: firstUnexpectedExit([host, ...emulators.children]),
      stop: async () => {
        await host.stop();
        await emulators.stop();
      },
    };
  } catch (error) {
    await emulators.stop();
    throw error;
  }
}

async function startHost(
  { app, port, data, fresh, output, abortSignal }: RuntimeOptions,
  { env }: Emulators,
): Promise<Child<z.infer<typeof hostReady>>> {
  const state = join(data, "functions");
  if (fresh) rmSync(state, { recursive: true, force: true });
  const module = new URL("../host/main.js", import.meta.url);
  if (!existsSync(module)) throw new Error('Cannot find the compiled Functions host: run "npm run build" first');
  const flags = { app, port, state, "queue-visibility": "00:00:30", "log-level": "warning" };
  return startChild({
    name: "Functions host",
    module,
    args: Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
    env,
    output,
    parseReady: (message) => hostReady.parse(message),
    stopTimeoutMs: HOST_STOP_TIMEOUT_MS,
    abortSignal,
  });
}

async function requireFreePort(port: number): Promise<void> {
  if (await isPortFree(port)) return;
  const owner = (await findPortOwner(port)) ?? "another process";
  throw new Error(`Cannot listen on port ${port}: ${owner} is using it. Stop it, or choose another port with --port`);
}

async function firstUnexpectedExit(children: readonly Child[]): Promise<ChildExit> {
  return new Promise((resolve) => {
    for (const { exited } of children)
      void exited.then((exit) => {
        if (!exit.expected) resolve(exit);
      });
  });
}
