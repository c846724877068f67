import type { LogLevel } from "../worker/protocol.ts";

const LEVELS: readonly LogLevel[] = ["trace", "debug", "information", "warning", "error", "critical", "none"];

/** Reads a level in any case. Throws when it is none of the six levels or "none". */
export function parseLogLevel(text: string): LogLevel {
  const level = LEVELS.find((each) => each === text.toLowerCase());
  if (!level) throw new Error(`Unknown log level "${text}": use one of ${LEVELS.join(", ")}`);
  return level;
}

/** A level per category prefix; the key `default` holds for all others. */
export type LogLevels = Readonly<Record<string, LogLevel>>;
export type LogFilter = (logger: string, level: LogLevel) => boolean;

/** Decides what is logged: the rule with the longest prefix of the category wins, as in the .NET logging of the real host. */
export function createLogFilter(levels: LogLevels): LogFilter {
  const fallback = levels["default"] ?? "information";
  const rules = Object.entries(levels)
    .filter(([prefix]) => prefix !== "default")
    .map(([prefix, level]) => ({ prefix: prefix.toLowerCase(), rank: LEVELS.indexOf(level) }))
    .sort((one, other) => other.prefix.length - one.prefix.length);
  const ranks = new Map<string, number>();
  const rankOf = (logger: string): number => {
    const name = logger.toLowerCase();
    return rules.find(({ prefix }) => name.startsWith(prefix))?.rank ?? LEVELS.indexOf(fallback);
  };
  return (logger, level) => {
    let rank = ranks.get(logger);
    if (rank === undefined) ranks.set(logger, (rank = rankOf(logger)));
    return level !== "none" && LEVELS.indexOf(level) >= rank;
  };
}
