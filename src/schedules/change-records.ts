import { MillraceError } from "../platform/errors.ts";
import type { Known } from "./decide-occurrences.ts";
import { isOpen } from "./occurrence.ts";
import type { Occurrence } from "./occurrence.ts";
import type { ScheduleStore, StoredSchedule } from "./schedule-store.ts";
import type { Schedule, ScheduleRef } from "./schedule.ts";

/** A schedule as it was read, with what decisions need of its records. */
export interface KnownSchedule extends Known {
  readonly etag: string;
}

/** Nothing if there is no such schedule, or it is deleted. */
export async function readKnown(schedules: ScheduleStore, ref: ScheduleRef): Promise<KnownSchedule | undefined> {
  const stored = await schedules.find(ref);
  if (!stored || stored.schedule.deletedAt) return undefined;
  return { ...stored, records: await schedules.undecided(stored.schedule) };
}

/** @throws MillraceError NOT_FOUND */
export async function requireKnown(schedules: ScheduleStore, ref: ScheduleRef): Promise<KnownSchedule> {
  const known = await readKnown(schedules, ref);
  if (known) return known;
  throw new MillraceError("NOT_FOUND", "There is no schedule of this name in this workspace");
}

/**
 * Writes records with the schedule they belong to, if nobody has written it since it was read.
 *
 * @param known its `records` have every record of before that `changed` replaces
 * @throws MillraceError VERSION_CONFLICT
 */
export async function saveRecords(
  schedules: ScheduleStore,
  { schedule, records, etag }: KnownSchedule,
  changed: readonly Occurrence[],
): Promise<StoredSchedule> {
  return schedules.save(counted({ schedule, records }, changed), etag, { put: changed });
}

/** How many records there will be. */
function counted({ schedule, records }: Known, changed: readonly Occurrence[]): Schedule {
  const before = new Map(records.map((record) => [record.plannedAt.getTime(), record]));
  let { records: count, open } = schedule;
  for (const record of changed) {
    const old = before.get(record.plannedAt.getTime());
    if (!old) count++;
    if (old && isOpen(old)) open--;
    if (isOpen(record)) open++;
  }
  return { ...schedule, records: count, open };
}
