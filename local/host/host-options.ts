import { join, resolve } from "node:path";
import type { LocalSettings } from "./config/local-settings.ts";
import { consoleSink } from "./logging/console.ts";
import type { LogSink } from "./logging/log.ts";
import type { LogLevel } from "./worker/protocol.ts";

/** What a caller may say about a host. Only `appFolder` is required. */
export interface HostOptions {
  /** The compiled function app: the folder of host.json and package.json. */
  readonly appFolder: string;
  /** 0 takes any free port. Default: Host.LocalHttpPort of local.settings.json, else 7071. */
  readonly port?: number;
  /** The address to listen on. Default 127.0.0.1. */
  readonly address?: string;
  /** Where Durable hubs, the last runs of timers, keys and the claim of the owner are kept. Default `.functions` in the app folder. */
  readonly stateFolder?: string;
  /** Does not listen on its port: the parent process does, and hands the connections over. Default false. */
  readonly takesConnections?: boolean;
  /** Enforces authLevel and keys. Off by default, as with `func start`. */
  readonly enableAuth?: boolean;
  /** How long a received queue message stays invisible unless renewed; a multiple of 1000. Default 10 minutes, as in Azure. */
  readonly queueVisibilityMs?: number;
  /** How long a host that does not move keeps timers and Durable Functions from the others. Default 15 s, as in Azure. */
  readonly ownerLeaseMs?: number;
  /** How long stop() waits for running invocations. Default 4 seconds. */
  readonly drainMs?: number;
  /** Shows this level and worse, whatever host.json says. */
  readonly logLevel?: LogLevel;
  /** Where log entries go. Default: the console. */
  readonly sink?: LogSink;
  /**
   * Told when the app has been loaded and begins to take work, which may be a while before `startHost()` resolves: a long
   * journal takes seconds to read. From then on there is something to drain.
   */
  readonly onServing?: (host: { stop(): Promise<void> }) => void;
}

/** The same with every default in place; below the start nobody asks whether an option is set. */
export type CompiledOptions = Required<Omit<HostOptions, "logLevel">> & Pick<HostOptions, "logLevel">;

export function compileOptions(options: HostOptions, settings: Pick<LocalSettings, "localHttpPort">): CompiledOptions {
  const appFolder = resolve(options.appFolder);
  return {
    address: "127.0.0.1",
    enableAuth: false,
    takesConnections: false,
    queueVisibilityMs: 600_000,
    ownerLeaseMs: 15_000,
    drainMs: 4000,
    sink: consoleSink,
    onServing: () => undefined,
    ...options,
    appFolder,
    port: options.port ?? settings.localHttpPort ?? 7071,
    stateFolder: resolve(options.stateFolder ?? join(appFolder, ".functions")),
  };
}
