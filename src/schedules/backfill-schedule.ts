import { mapAtOnce } from "../platform/at-once.ts";
import { MillraceError } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import { askFor } from "./ask-for.ts";
import { timesIn } from "./cron-times.ts";
import type { Occurrence } from "./occurrence.ts";
import type { PurgeDeps } from "./purge-records.ts";
import { asItIsNow } from "./read-schedules.ts";
import type { Schedule, ScheduleRef } from "./schedule.ts";
import { LOOKS_AT_ONCE } from "./settle-submitted.ts";
import { submitAllPending } from "./submit-pending.ts";
import type { SubmitPendingDeps } from "./submit-pending.ts";

export interface BackfillCommand {
  readonly ref: ScheduleRef;
  readonly from: Date;
  readonly to: Date;
}

/** One transaction records them all, or none. */
const MAX_BACKFILL = 90;

/**
 * Makes up the occurrences of an interval of the past, both ends included: each that has not made anything yet, once,
 * however often it is asked for. They are all submitted now, whatever is under way.
 *
 * @returns the occurrences of the interval, the earliest first
 * @throws MillraceError NOT_FOUND, VALIDATION_FAILED with `errors`, STORAGE_UNAVAILABLE, VERSION_CONFLICT
 */
export async function backfillSchedule(
  deps: SubmitPendingDeps & PurgeDeps,
  { ref, from, to }: BackfillCommand,
  log: Log,
): Promise<Occurrence[]> {
  const timesOf = (schedule: Schedule) => timesBetween(schedule, from, to);
  const { schedule, times, begun } = await askFor(deps, { ref, trigger: "backfill", timesOf });
  if (begun.length > 0) await submitAllPending(deps, ref, log);
  const recorded = await mapAtOnce(times, LOOKS_AT_ONCE, async (time) => deps.schedules.record(schedule, time));
  const found = recorded.filter((record) => record !== undefined);
  return mapAtOnce(found, LOOKS_AT_ONCE, async (record) => asItIsNow(deps, schedule, record));
}

function timesBetween(schedule: Schedule, from: Date, to: Date): Date[] {
  const after = new Date(from.getTime() - 1);
  const times = timesIn(schedule, { after, until: to, limit: MAX_BACKFILL + 1 });
  if (times.length <= MAX_BACKFILL) return times;
  const message = `is too late: ${MAX_BACKFILL} occurrences at most can be made up at once`;
  throw new MillraceError("VALIDATION_FAILED", "The interval holds too many occurrences", {
    details: { errors: [{ pointer: "/to", message }] },
  });
}
