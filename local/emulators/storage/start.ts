import { resolve } from "node:path";
import { isPortFree } from "../../process/free-port.ts";
import { startChild, type Child } from "../../process/start-child.ts";
import { toConnectionString, type StoragePorts } from "./connection-string.ts";
import { DEFAULT_PORTS } from "./limits.ts";
import { storageReady, type StorageSettings } from "./schemas.ts";

export interface StorageEmulatorOptions {
  /** Where the data lives; made when it does not exist. One emulator at a time may use it. */
  readonly folder: string;
  /** Starts from nothing: removes what the folder holds. */
  readonly fresh?: boolean;
  /** "prefer-default" takes 10000-10002 where they are free, "any" never. */
  readonly ports?: "prefer-default" | "any";
  readonly abortSignal?: AbortSignal;
}

export interface StorageEmulator extends Child {
  /** For `AzureWebJobsStorage` and the storage SDKs. */
  readonly connectionString: string;
  readonly ports: StoragePorts;
}

/**
 * Starts Azure Storage (blobs, queues, tables) on this machine: Azurite, in a process of its own, with its data on disk.
 * It saves when it is stopped, when this process dies, and a fifth of a second after every change.
 *
 * Rejects when the folder is in use by another live process, naming it.
 */
export async function startStorageEmulator(options: StorageEmulatorOptions): Promise<StorageEmulator> {
  if (options.ports === "any") return startOnPorts(options, ANY_PORTS);
  try {
    return await startOnPorts(options, await preferDefaultPorts());
  } catch (error) {
    // Two emulators that start at the same moment both find the default ports free; only one gets them.
    if (String(error).includes("EADDRINUSE")) return startOnPorts(options, ANY_PORTS);
    throw error;
  }
}

const ANY_PORTS: StoragePorts = { blob: 0, queue: 0, table: 0 };

async function startOnPorts(options: StorageEmulatorOptions, wished: StoragePorts): Promise<StorageEmulator> {
  const { folder, fresh = false, abortSignal } = options;
  const settings: StorageSettings = { folder: resolve(folder), fresh, ports: wished };
  const child = await startChild({
    name: "Storage emulator",
    module: new URL("server.js", import.meta.url),
    args: [JSON.stringify(settings)],
    parseReady: (message) => storageReady.parse(message),
    ...(abortSignal && { abortSignal }),
  });
  const { ports } = child.ready;
  return { ...child, ports, connectionString: toConnectionString(ports) };
}

/** Another emulator may hold some of them: what matters is that the connection string tells the truth. */
async function preferDefaultPorts(): Promise<StoragePorts> {
  const preferred = async (port: number) => ((await isPortFree(port)) ? port : 0);
  const [blob, queue, table] = await Promise.all([
    preferred(DEFAULT_PORTS.blob),
    preferred(DEFAULT_PORTS.queue),
    preferred(DEFAULT_PORTS.table),
  ]);
  return { blob, queue, table };
}
