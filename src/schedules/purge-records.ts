import { againOnConflict } from "../platform/again-on-conflict.ts";
import type { Clock } from "../platform/clock.ts";
import { MOST_AT_ONCE } from "./decide-occurrences.ts";
import type { ScheduleStore, StoredSchedule } from "./schedule-store.ts";
import type { Schedule, ScheduleRef } from "./schedule.ts";

export interface PurgeDeps {
  readonly schedules: ScheduleStore;
  readonly clock: Clock;
  /** How long records are kept. */
  readonly occurrenceDays: number;
}

/** However young they are: a schedule of every minute makes as many in 17 hours. */
export const MAX_RECORDS = 1000;
const DAY_MS = 24 * 3_600_000;

/** Before which planned time records go by their age. */
export function oldestKept({ occurrenceDays }: Pick<PurgeDeps, "occurrenceDays">, now: Date): Date {
  return new Date(now.getTime() - occurrenceDays * DAY_MS);
}

/** Lets records go whose time is over, or that are too many: as many as one transaction takes. */
export async function purgeRecords(deps: PurgeDeps, ref: ScheduleRef): Promise<void> {
  await againOnConflict(async () => {
    const { schedules, clock } = deps;
    const stored = await schedules.find(ref);
    const now = clock.now();
    if (!stored || stored.schedule.deletedAt) return;
    const { schedule } = stored;
    if (schedule.purgeAt > now && schedule.records < MAX_RECORDS + MOST_AT_ONCE) return;
    const before = await boundOf(deps, schedule, now);
    const old = await schedules.times(schedule, { before, isClosed: true, limit: 2 * MAX_RECORDS });
    const remove = old.slice(-MOST_AT_ONCE);
    const purgeAt = remove.length === old.length ? new Date(now.getTime() + DAY_MS) : now;
    const left = { ...schedule, records: schedule.records - remove.length, keptSince: before, purgeAt };
    await schedules.save(left, stored.etag, { remove });
  });
}

/** Never earlier than before: what may be gone stays so. */
async function boundOf(deps: PurgeDeps, schedule: Schedule, now: Date): Promise<Date> {
  const byAge = oldestKept(deps, now);
  const isTooMany = schedule.records > MAX_RECORDS;
  const latest = isTooMany ? await deps.schedules.times(schedule, { limit: MAX_RECORDS }) : [];
  const bounds = [byAge, schedule.keptSince, latest.at(-1)].filter((bound) => bound !== undefined);
  return new Date(Math.max(...bounds.map((bound) => bound.getTime())));
}

/** Lets a deleted schedule go, with what is left of its records; there are few. Calm if it is not deleted. */
export async function finishDeleting({ schedules }: PurgeDeps, ref: ScheduleRef): Promise<void> {
  await againOnConflict(async () => {
    let stored = await schedules.find(ref);
    if (!stored?.schedule.deletedAt) return;
    for (let left = await someTimes(schedules, stored); left.length > 0; left = await someTimes(schedules, stored))
      stored = await schedules.save(stored.schedule, stored.etag, { remove: left });
    await schedules.delete(stored);
  });
}

async function someTimes(schedules: ScheduleStore, { schedule }: StoredSchedule): Promise<Date[]> {
  return schedules.times(schedule, { limit: MOST_AT_ONCE });
}
