import { latestTimesIn, timeAfter, timesIn } from "./cron-times.ts";
import { isUnderWay } from "./occurrence.ts";
import type { Occurrence } from "./occurrence.ts";
import { catchUpMsOf } from "./schedule.ts";
import type { Schedule } from "./schedule.ts";

/** A schedule, and of its records at least those that are open and those of times after `seenUntil`. */
export interface Known {
  readonly schedule: Schedule;
  readonly records: readonly Occurrence[];
}

export interface Decision {
  readonly schedule: Schedule;
  /** New records, and old ones that change. */
  readonly changed: readonly Occurrence[];
  /** Set if times before those in `changed` were missed as well, too many to record. */
  readonly missedMore?: boolean;
  /** There may be more to decide: ask again when this is written. */
  readonly isUnfinished: boolean;
}

/** A transaction takes 100 rows, and one of them is the schedule's own. */
export const MOST_AT_ONCE = 90;

/**
 * What becomes of a schedule's occurrences now: a pure function of the schedule, its records and the time. What should
 * have happened by the clock and has no record is due, or missed when the time to make it up is over.
 *
 * @param tickMs the longest time between two calls of the timer
 */
export function decideOccurrences({ schedule, records }: Known, now: Date, tickMs: number): Decision {
  if (!schedule.enabled) return { schedule, changed: records.flatMap(dropped), isUnfinished: false };
  if (!schedule.nextAt || schedule.nextAt > now)
    return { schedule, changed: startDue({ schedule, records }, [], now), isUnfinished: false };
  const catchUpMs = catchUpMsOf(schedule, tickMs);
  if (schedule.nextAt.getTime() < now.getTime() - catchUpMs) return decideMissed({ schedule, records }, catchUpMs, now);
  const found = timesIn(schedule, { after: schedule.seenUntil, until: now, limit: MOST_AT_ONCE });
  const isUnfinished = found.length === MOST_AT_ONCE;
  const seenUntil = (isUnfinished && found.at(-1)) || now;
  const changed = startDue({ schedule, records }, unrecorded(found, records), now);
  return { schedule: seen(schedule, seenUntil), changed, isUnfinished };
}

/** Of a long gap only the latest are recorded: so many say what a hundred times as many would. */
function decideMissed({ schedule, records }: Known, catchUpMs: number, now: Date): Decision {
  const until = new Date(now.getTime() - catchUpMs - 1);
  const latest = latestTimesIn(schedule, { after: schedule.seenUntil, until, limit: MOST_AT_ONCE + 1 });
  const times = latest.slice(-MOST_AT_ONCE);
  const reason = `nobody saw to it within ${catchUpMs / 1000} seconds`;
  const missed = unrecorded(times, records).map((plannedAt) => ({
    ...newRecord(schedule, plannedAt, now),
    outcome: "missed" as const,
    reason,
    error: { code: "OCCURRENCE_MISSED" as const, message: "The occurrence was not seen in time to be made up" },
  }));
  return {
    schedule: seen(schedule, until),
    changed: missed,
    missedMore: latest.length > times.length,
    isUnfinished: true,
  };
}

function seen(schedule: Schedule, seenUntil: Date): Schedule {
  return { ...schedule, seenUntil, nextAt: timeAfter(schedule, seenUntil) };
}

function unrecorded(times: readonly Date[], records: readonly Occurrence[]): Date[] {
  const recorded = new Set(records.map(({ plannedAt }) => plannedAt.getTime()));
  return times.filter((time) => !recorded.has(time.getTime()));
}

/** First what waits, if what it waits for has ended; then what is due, in its order. */
function startDue({ schedule, records }: Known, due: readonly Date[], now: Date): Occurrence[] {
  const waiting = records.find(({ outcome }) => outcome === "buffered");
  const isBusy = records.some(isUnderWay);
  const started =
    waiting && !isBusy ? [{ ...waiting, outcome: "pending" as const, pendingSince: now, reason: undefined }] : [];
  const line = { isBusy: isBusy || started.length > 0, isFull: waiting !== undefined && isBusy };
  const recorded = due.map((plannedAt, index) => {
    const isLast = index === due.length - 1;
    const decided = decideOverlap(schedule, { ...line, isLast });
    if (decided.outcome === "pending") line.isBusy = true;
    if (decided.outcome === "buffered") line.isFull = true;
    const since = decided.outcome === "pending" && { pendingSince: now };
    return { ...newRecord(schedule, plannedAt, now), ...decided, ...since };
  });
  return [...started, ...recorded];
}

interface Line {
  /** The one before has not ended. */
  readonly isBusy: boolean;
  /** One waits for that already. */
  readonly isFull: boolean;
  /** None is due after it. */
  readonly isLast: boolean;
}

function decideOverlap(
  { overlap }: Schedule,
  { isBusy, isFull, isLast }: Line,
): Pick<Occurrence, "outcome" | "reason"> {
  if (overlap === "cancel") {
    // What would be cancelled at once is not begun.
    return isLast ? { outcome: "pending" } : { outcome: "skipped_overlap", reason: "a later one was due as well" };
  }
  if (!isBusy) return { outcome: "pending" };
  if (overlap === "skip") return { outcome: "skipped_overlap", reason: "the one before had not ended" };
  if (isFull) return { outcome: "skipped_overlap", reason: "another one waits already" };
  return { outcome: "buffered", reason: "waits for the end of the one before" };
}

function newRecord({ scheduleId }: Schedule, plannedAt: Date, now: Date): Omit<Occurrence, "outcome"> {
  return { scheduleId, plannedAt, trigger: "schedule", recordedAt: now };
}

/**
 * What becomes of a schedule's occurrences in the moment when it is disabled: what is due by then is not begun. Of a long
 * gap only the latest are recorded.
 */
export function decideDisabled({ schedule, records }: Known, now: Date): Occurrence[] {
  if (!schedule.nextAt) return [];
  const due = latestTimesIn(schedule, { after: schedule.seenUntil, until: now, limit: MOST_AT_ONCE });
  const reason = "the schedule was disabled before anybody saw to it";
  return unrecorded(due, records).map((plannedAt) => ({
    ...newRecord(schedule, plannedAt, now),
    ...{ outcome: "skipped_overlap", reason },
  }));
}

/** A disabled schedule begins nothing, also not what has waited since. */
function dropped(record: Occurrence): Occurrence[] {
  if (record.outcome !== "buffered") return [];
  return [{ ...record, outcome: "skipped_overlap", reason: "the schedule was disabled while it waited" }];
}
