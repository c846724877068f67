import { againOnConflict } from "../platform/again-on-conflict.ts";
import { mapAtOnce } from "../platform/at-once.ts";
import { MillraceError } from "../platform/errors.ts";
import { requireKnown, saveRecords } from "./change-records.ts";
import type { KnownSchedule } from "./change-records.ts";
import { askedFor, isMakeable } from "./occurrence.ts";
import type { Occurrence } from "./occurrence.ts";
import { oldestKept } from "./purge-records.ts";
import type { PurgeDeps } from "./purge-records.ts";
import type { Schedule, ScheduleRef } from "./schedule.ts";
import { LOOKS_AT_ONCE } from "./settle-submitted.ts";

/** Beyond this somebody has to wait: each one is looked after every minute until it has ended. */
const MAX_OPEN = 500;

interface Wish {
  readonly ref: ScheduleRef;
  readonly trigger: "manual" | "backfill";
  /** The times that are wanted, of the schedule as it is. */
  readonly timesOf: (schedule: Schedule, now: Date) => readonly Date[];
}

export interface Asked {
  readonly schedule: Schedule;
  readonly times: readonly Date[];
  /** Of those, the ones for which nothing had been submitted, and now will be. */
  readonly begun: readonly Occurrence[];
}

/**
 * Records what an operator asks for, to be submitted: of each time that has not made anything yet. Whatever was recorded
 * of it before gives way, and what was submitted already stays as it is.
 *
 * @throws MillraceError NOT_FOUND, VALIDATION_FAILED with `errors`, STORAGE_UNAVAILABLE, VERSION_CONFLICT
 */
export async function askFor(deps: PurgeDeps, { ref, trigger, timesOf }: Wish): Promise<Asked> {
  const { schedules, clock } = deps;
  return againOnConflict(async () => {
    const known = await requireKnown(schedules, ref);
    const { scheduleId } = known.schedule;
    const now = clock.now();
    const times = timesOf(known.schedule, now);
    for (const time of times) requireInReach(deps, known.schedule, { time, now, trigger });
    const recorded = await mapAtOnce(times, LOOKS_AT_ONCE, async (time) => schedules.record(known.schedule, time));
    const begun = times
      .filter((_, index) => !recorded[index] || isMakeable(recorded[index]))
      .map((plannedAt) => askedFor(trigger, { scheduleId, plannedAt, now }));
    requireRoom(known.schedule, begun.length);
    const before = [...known.records, ...recorded.filter((record) => record !== undefined)];
    if (begun.length > 0)
      await saveRecords(schedules, { ...known, records: before, schedule: cleared(known, now) }, begun);
    return { schedule: known.schedule, times, begun };
  });
}

/** Where nothing is due, the schedule has seen all there is: what is recorded now stands before its next look. */
function cleared({ schedule }: KnownSchedule, now: Date): Schedule {
  return schedule.nextAt && schedule.nextAt <= now ? schedule : { ...schedule, seenUntil: now };
}

/** Nobody could tell what has been submitted for a time whose records may be gone. */
function requireInReach(
  deps: PurgeDeps,
  { keptSince }: Schedule,
  { time, now, trigger }: Pick<Wish, "trigger"> & { readonly time: Date; readonly now: Date },
): void {
  const oldest = oldestKept(deps, now);
  const since = keptSince && keptSince > oldest ? keptSince : oldest;
  if (time < since) throw refusal(trigger === "manual" ? "/planned_at" : "/from", `is before ${since.toISOString()}`);
  if (time > now) throw refusal(trigger === "manual" ? "/planned_at" : "/to", "has not come yet");
}

function refusal(pointer: string, message: string): MillraceError {
  return new MillraceError("VALIDATION_FAILED", "Nothing can be made up for times without records, or to come", {
    details: { errors: [{ pointer, message }] },
  });
}

function requireRoom({ open }: Schedule, count: number): void {
  if (open + count > MAX_OPEN)
    throw new MillraceError(
      "VALIDATION_FAILED",
      `${open} occurrences have not ended; ${MAX_OPEN} may be open at a time`,
    );
}
