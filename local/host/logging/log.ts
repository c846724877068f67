import { hookContext } from "../worker/hooks.ts";
import type { Hooks } from "../worker/hooks.ts";
import type { LogCategory, LogLevel } from "../worker/protocol.ts";
import type { LogFilter } from "./log-level.ts";

export interface LogEntry {
  readonly level: LogLevel;
  readonly message: string;
  /** The category that `logging.logLevel` filters on, such as `Function.hello.User`. */
  readonly logger: string;
  readonly category?: LogCategory;
  readonly invocationContext?: unknown;
}

export type LogSink = (entry: LogEntry) => void;

export interface Log {
  /** Ask before building a message that may be thrown away: log hooks see every entry, the console only some. */
  isEnabled(logger: string, level: LogLevel): boolean;
  write(entry: LogEntry): void;
  /** Writes what the host itself has to say. */
  host(level: LogLevel, message: string): void;
}

/** Creates the log of a host: entries pass the app's log hooks, then the filter, then go to the sink. */
export function createLog({ filter, sink, hooks }: { filter: LogFilter; sink: LogSink; hooks: Hooks }): Log {
  const log: Log = {
    isEnabled: (logger, level) => hooks.has("log") || filter(logger, level),
    write(entry) {
      const seen = hooks.has("log") ? runLogHooks(hooks, entry) : entry;
      if (filter(seen.logger, seen.level)) sink(seen);
    },
    host(level, message) {
      log.write({ level, message, logger: "Host.General" });
    },
  };
  return log;
}

/** Log hooks may change level and message of the app's own entries; of the host's they only get to see them. */
function runLogHooks(hooks: Hooks, entry: LogEntry): LogEntry {
  const { level, message, category = "system", invocationContext } = entry;
  const fixed = { hookData: {}, appHookData: hooks.appHookData, category, invocationContext };
  const context = hookContext(fixed, { level, message });
  hooks.runLog(context);
  return category === "user" ? { ...entry, level: context.level, message: context.message } : entry;
}
