import { daysAfter } from "../platform/clock.ts";
import type { Clock } from "../platform/clock.ts";
import { MOST_AT_ONCE } from "./decide-occurrences.ts";
import type { ScheduleStore, StoredSchedule } from "./schedule-store.ts";
import type { Schedule } from "./schedule.ts";

export interface PurgeDeps {
  readonly schedules: ScheduleStore;
  readonly clock: Clock;
  /** How long records are kept. */
  readonly occurrenceDays: number;
}

/** However young they are: a schedule of every minute makes as many in 17 hours. */
export const MAX_RECORDS = 1000;

/** Before which planned time records go by their age. */
export function oldestKept({ occurrenceDays }: Pick<PurgeDeps, "occurrenceDays">, now: Date): Date {
  return daysAfter(now, -occurrenceDays);
}

/** Lets records go whose time is over, or that are too many: as many as one transaction takes. */
export async function purgeRecords(deps: PurgeDeps, { schedule, etag }: StoredSchedule): Promise<void> {
  const { schedules, clock } = deps;
  const now = clock.now();
  if (schedule.purgeAt > now && schedule.records < MAX_RECORDS + MOST_AT_ONCE) return;
  const before = await boundOf(deps, schedule, now);
  const old = await schedules.times(schedule, { before, isClosed: true, limit: 2 * MAX_RECORDS });
  const remove = old.slice(-MOST_AT_ONCE);
  const purgeAt = remove.length === old.length ? daysAfter(now, 1) : now;
  const left = { ...schedule, records: schedule.records - remove.length, keptSince: before, purgeAt };
  await schedules.save(left, etag, { remove });
}

/** Never earlier than before: what may be gone stays so. */
async function boundOf(deps: PurgeDeps, schedule: Schedule, now: Date): Promise<Date> {
  const byAge = oldestKept(deps, now);
  const isTooMany = schedule.records > MAX_RECORDS;
  const latest = isTooMany ? await deps.schedules.times(schedule, { limit: MAX_RECORDS }) : [];
  const bounds = [byAge, schedule.keptSince, latest.at(-1)].filter((bound) => bound !== undefined);
  return new Date(Math.max(...bounds.map((bound) => bound.getTime())));
}

/** Lets a deleted schedule go, with what is left of its records; there are few. */
export async function finishDeleting({ schedules }: PurgeDeps, stored: StoredSchedule): Promise<void> {
  const { schedule } = stored;
  const someLeft = async () => schedules.times(schedule, { limit: MOST_AT_ONCE });
  let { etag } = stored;
  for (let left = await someLeft(); left.length > 0; left = await someLeft())
    ({ etag } = await schedules.save(schedule, etag, { remove: left }));
  await schedules.delete({ schedule, etag });
}
