import type { LogEntry, LogSink } from "./log.ts";

/** Prints entries as `[time] [Level] message`, all on stdout as `func start` does, so that their order is kept. */
export const consoleSink: LogSink = (entry) => {
  process.stdout.write(formatEntry(entry, new Date()));
};

export function formatEntry({ level, logger, message, category }: LogEntry, now: Date): string {
  const name = level.charAt(0).toUpperCase() + level.slice(1);
  const origin = category === "user" ? ` [${logger}]` : "";
  return `[${now.toISOString()}] [${name}]${origin} ${message}\n`;
}
