import { Cron } from "croner";
import { looksLikeTimeSpan, parseTimeSpanInMilliseconds } from "../../config/time-span.ts";
import { messageOf } from "../../logging/describe-error.ts";

export interface Schedule {
  /** The first occurrence strictly after a time; undefined when there is none (30 February). */
  next(after: Date): Date | undefined;
}

const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** NCRONTAB's letters and digits only: croner would also take L, W, #, ?, @daily and 7 for Sunday, which Azure refuses. */
const FIELD = /^(?:\*|[a-z0-9]+(?:-[a-z0-9]+)?)(?:\/\d+)?(?:,(?:\*|[a-z0-9]+(?:-[a-z0-9]+)?)(?:\/\d+)?)*$/i;

/**
 * Reads a timer's schedule: NCRONTAB `{second} {minute} {hour} {day} {month} {day-of-week}` (five fields mean second 0; day
 * and day-of-week must both match) or a time span for a constant interval. `timeZone` is an IANA name; undefined is local
 * time. Throws when the text is neither.
 */
export function parseSchedule(text: string, timeZone?: string): Schedule {
  if (looksLikeTimeSpan(text)) return constantSchedule(parseTimeSpanInMilliseconds(text));
  const zone = timeZone === undefined ? {} : { timezone: timeZone };
  try {
    const cron = new Cron(normalise(text), { mode: "5-or-6-parts", domAndDow: true, paused: true, ...zone });
    const next = (after: Date) => cron.nextRun(after) ?? undefined;
    next(new Date(0)); // croner looks at the time zone only now
    return { next };
  } catch (error) {
    throw new Error(
      `The schedule expression '${text}' was not recognized as a valid cron expression or timespan string: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

/** Whether two occurrences in a row can be less than a minute apart: such a schedule is not monitored. */
export function isSubMinute(schedule: Schedule, now: Date): boolean {
  let time: Date | undefined = now;
  for (let index = 0; index < 5; index += 1) {
    const following: Date | undefined = time && schedule.next(time);
    if (index > 0 && time && following && following.getTime() - time.getTime() < 60_000) return true;
    time = following;
  }
  return false;
}

function constantSchedule(intervalMs: number): Schedule {
  if (intervalMs <= 0) throw new Error("The interval of a timer must be longer than zero");
  return { next: (after) => new Date(after.getTime() + intervalMs) };
}

function normalise(text: string): string {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 5 && fields.length !== 6) throw new Error(`it has ${fields.length} fields instead of 5 or 6`);
  const names = new Map([
    [fields.length - 2, MONTHS],
    [fields.length - 1, DAYS],
  ]);
  return fields.map((field, index) => normaliseField(field, names.get(index) ?? [])).join(" ");
}

function normaliseField(field: string, names: readonly string[]): string {
  if (!FIELD.test(field)) throw new Error(`'${field}' is not a field of an NCRONTAB expression`);
  if (names === DAYS && /(?:^|[,-])0*[7-9]/.test(field))
    throw new Error(`'${field}': days of the week go from 0 (Sunday) to 6`);
  return field.replace(/[a-z]+/gi, (word) => {
    const name = names.find((each) => word.length >= 3 && each.startsWith(word.toLowerCase()));
    if (name === undefined) throw new Error(`'${word}' is not a name for this field`);
    return name.slice(0, 3);
  });
}
