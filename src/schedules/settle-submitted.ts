import { againOnConflict } from "../platform/again-on-conflict.ts";
import { readKnown, saveRecords } from "./change-records.ts";
import { MOST_AT_ONCE } from "./decide-occurrences.ts";
import { isOpen } from "./occurrence.ts";
import type { Occurrence } from "./occurrence.ts";
import type { ScheduleStore } from "./schedule-store.ts";
import type { Schedule, ScheduleRef } from "./schedule.ts";
import type { WorkDeps } from "./work.ts";
import { workOfRecord } from "./works.ts";

export type SettleDeps = WorkDeps & { readonly schedules: ScheduleStore };

/** Notes how what was submitted has ended, where it has; the latest first, as many as one transaction takes. */
export async function settleSubmitted(deps: SettleDeps, ref: ScheduleRef): Promise<void> {
  const known = await readKnown(deps.schedules, ref);
  if (!known) return;
  const submitted = known.records.filter(isWaitedFor).slice(0, MOST_AT_ONCE);
  const looked = await Promise.all(submitted.map(async (record) => lookAt(deps, known.schedule, record)));
  const ended = looked.filter(({ endedAt }) => endedAt);
  if (ended.length === 0) return;
  await againOnConflict(async () => {
    const current = await readKnown(deps.schedules, ref);
    if (!current || current.schedule.scheduleId !== known.schedule.scheduleId) return;
    const open = new Set(current.records.filter(isWaitedFor).map(({ plannedAt }) => plannedAt.getTime()));
    const changed = ended.filter(({ plannedAt }) => open.has(plannedAt.getTime()));
    if (changed.length > 0) await saveRecords(deps.schedules, current, changed);
  });
}

/** The record as it is by now, not written. */
export async function lookAt(deps: SettleDeps, { workspaceId }: Schedule, record: Occurrence): Promise<Occurrence> {
  const state = await workOfRecord(record).look(deps, { workspaceId, ...record });
  // What is kept no more has ended: nobody deletes what is under way.
  if (!state) return { ...record, status: "gone", endedAt: deps.clock.now() };
  return { ...record, status: state.status, ...(state.endedAt && { endedAt: state.endedAt }) };
}

export function isWaitedFor(record: Occurrence): boolean {
  return record.outcome === "submitted" && isOpen(record);
}
