import { mapAtOnce } from "../platform/at-once.ts";
import { saveRecords } from "./change-records.ts";
import type { KnownSchedule } from "./change-records.ts";
import { MOST_AT_ONCE } from "./decide-occurrences.ts";
import { isOpen } from "./occurrence.ts";
import type { Occurrence } from "./occurrence.ts";
import type { ScheduleStore } from "./schedule-store.ts";
import type { Schedule } from "./schedule.ts";
import type { WorkDeps } from "./work.ts";
import { workOfRecord } from "./works.ts";

export type SettleDeps = WorkDeps & { readonly schedules: ScheduleStore };

/** Looks in flight at a time. */
export const LOOKS_AT_ONCE = 16;

/**
 * Notes how what was submitted has ended, where it has: as many as one transaction takes.
 *
 * @throws MillraceError VERSION_CONFLICT, STORAGE_UNAVAILABLE
 */
export async function settleSubmitted(deps: SettleDeps, known: KnownSchedule): Promise<KnownSchedule> {
  const submitted = known.records.filter(isWaitedFor);
  const looked = await mapAtOnce(submitted, LOOKS_AT_ONCE, async (record) => lookAt(deps, known.schedule, record));
  const ended = looked.filter(({ endedAt }) => endedAt).slice(0, MOST_AT_ONCE);
  return ended.length === 0 ? known : saveRecords(deps.schedules, known, ended);
}

/** The record as it is by now, not written. */
export async function lookAt(deps: SettleDeps, { workspaceId }: Schedule, record: Occurrence): Promise<Occurrence> {
  const state = await workOfRecord(record).look(deps, { ...record, workspaceId });
  // What is kept no more has ended: nobody deletes what is under way.
  if (!state) return { ...record, status: "gone", endedAt: deps.clock.now() };
  const { status, endedAt, counts } = state;
  return { ...record, status, ...(endedAt && { endedAt }), ...(counts && { counts: { ...counts } }) };
}

/** Whether something was submitted for it that has not ended as far as is recorded. */
export function isWaitedFor(record: Occurrence): boolean {
  return record.outcome === "submitted" && isOpen(record);
}
