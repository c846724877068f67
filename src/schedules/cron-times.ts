import { Cron } from "croner";

/** When something is to happen: five fields of cron, and the clock on whose wall they are read. */
export interface CronTimes {
  readonly cron: string;
  readonly timeZone: string;
}

interface Range {
  /** Not this time itself. */
  readonly after: Date;
  /** This time as well. */
  readonly until: Date;
  readonly limit: number;
}

/**
 * The times in a range, the earliest first, at most `limit`.
 *
 * When clocks change: minutes and hours that are all written as numbers, lists or ranges name times of the day. Each is
 * kept once: one that the change skips at the first moment behind the gap, one that comes twice when it comes first. With
 * a `*` in either, it names a pace, which follows real time: nothing happens in a gap, and a repeated hour is an hour.
 */
export function timesIn(times: CronTimes, { after, until, limit }: Range): Date[] {
  const cron = open(times);
  const found: Date[] = [];
  for (let next = cron.nextRun(after); next && next <= until && found.length < limit; next = cron.nextRun(next))
    found.push(next);
  return found;
}

/** The first time after this one; nothing if there is none in the centuries that cron looks ahead. */
export function timeAfter(times: CronTimes, after: Date): Date | undefined {
  return open(times).nextRun(after) ?? undefined;
}

/** The latest times in a range, the earliest of them first: found by halving it, so that a long past costs little. */
export function latestTimesIn(times: CronTimes, { after, until, limit }: Range): Date[] {
  const found = timesIn(times, { after, until, limit: limit + 1 });
  if (found.length <= limit) return found;
  const middle = new Date(Math.floor((after.getTime() + until.getTime()) / 2));
  const late = latestTimesIn(times, { after: middle, until, limit });
  const left = limit - late.length;
  return left === 0 ? late : [...latestTimesIn(times, { after, until: middle, limit: left }), ...late];
}

/** What is wrong with a cron expression, said of it; nothing if it is one that comes to pass after `now`. */
export function faultOfCron(cron: string, now: Date): string | undefined {
  if (!FIVE_FIELDS.test(cron)) return "must be five fields: minute, hour, day of month, month, day of week";
  try {
    return timeAfter({ cron, timeZone: "UTC" }, now) ? undefined : "names a time that never comes";
  } catch (thrown) {
    return `is no cron expression: ${thrown instanceof Error ? thrown.message.replace(/^CronPattern: /, "") : "unknown"}`;
  }
}

/** Of digits, names, lists, ranges, steps, and `L`, `W` and `#` for the last, the nearest weekday and the nth. */
const FIVE_FIELDS = /^[0-9A-Za-z*,/#-]+( [0-9A-Za-z*,/#-]+){4}$/;

/** What is wrong with the name of a time zone; nothing if it is one that this process knows. */
export function faultOfTimeZone(timeZone: string): string | undefined {
  // Newer runtimes take offsets as well, which know no summer time: a name is what is wanted.
  if (/^[A-Za-z]/.test(timeZone) && isKnown(timeZone)) return undefined;
  return "must be a name of the IANA time zone database, such as Europe/Berlin";
}

function isKnown(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

function open({ cron, timeZone }: CronTimes): Cron {
  return new Cron(cron, { timezone: timeZone, mode: "5-part", fixedTimeRule: "no-wildcard", paused: true });
}
