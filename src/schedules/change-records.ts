import { MillraceError } from "../platform/errors.ts";
import type { Known } from "./decide-occurrences.ts";
import { isOpen } from "./occurrence.ts";
import type { Occurrence } from "./occurrence.ts";
import type { ScheduleStore, StoredSchedule } from "./schedule-store.ts";
import type { Schedule, ScheduleRef } from "./schedule.ts";

/** A schedule as it was read or written last, with what decisions need of its records. */
export interface KnownSchedule extends Known, StoredSchedule {}

/** @throws MillraceError NOT_FOUND, also for one that is deleted */
export async function requireKnown(schedules: ScheduleStore, ref: ScheduleRef): Promise<KnownSchedule> {
  const stored = await schedules.find(ref);
  if (!stored || stored.schedule.deletedAt)
    throw new MillraceError("NOT_FOUND", "There is no schedule of this name in this workspace");
  return { ...stored, records: await schedules.undecided(stored.schedule) };
}

/**
 * Writes records with the schedule they belong to, if nobody has written it since it was read. Who meets a conflict reads
 * again and decides again, from the beginning.
 *
 * @param known its `records` have every record of before that `changed` replaces
 * @returns what is known from then on
 * @throws MillraceError VERSION_CONFLICT
 */
export async function saveRecords(
  schedules: ScheduleStore,
  known: KnownSchedule,
  changed: readonly Occurrence[],
): Promise<KnownSchedule> {
  const stored = await schedules.save(counted(known, changed), known.etag, { put: changed });
  const rewritten = new Set(changed.map(timeOf));
  return { ...stored, records: [...known.records.filter((record) => !rewritten.has(timeOf(record))), ...changed] };
}

/** How many records there will be. */
function counted({ schedule, records }: Known, changed: readonly Occurrence[]): Schedule {
  const before = new Map(records.map((record) => [timeOf(record), record]));
  let { records: count, open } = schedule;
  for (const record of changed) {
    const old = before.get(timeOf(record));
    if (!old) count++;
    if (old && isOpen(old)) open--;
    if (isOpen(record)) open++;
  }
  return { ...schedule, records: count, open };
}

function timeOf({ plannedAt }: Occurrence): number {
  return plannedAt.getTime();
}
