import { againOnConflict } from "../platform/again-on-conflict.ts";
import { daysAfter } from "../platform/clock.ts";
import { MillraceError, hasCode } from "../platform/errors.ts";
import { newId } from "../platform/ids.ts";
import { checkSchedule } from "./check-schedule.ts";
import { timeAfter } from "./cron-times.ts";
import { finishDeleting } from "./purge-records.ts";
import type { PurgeDeps } from "./purge-records.ts";
import type { Schedule, ScheduleRef } from "./schedule.ts";
import type { WorkDeps } from "./work.ts";

export type CreateScheduleDeps = WorkDeps & PurgeDeps;

type Given = "workspaceId" | "name" | "cron" | "timeZone" | "enabled" | "overlap" | "catchUpSeconds" | "submit";
export type CreateScheduleCommand = Pick<Schedule, Given> & Partial<Pick<Schedule, "submittedBy">>;

/**
 * Keeps a new schedule. Its first occurrence is the first after now.
 *
 * @throws MillraceError VALIDATION_FAILED with `errors`, SCHEDULE_EXISTS, STORAGE_UNAVAILABLE
 */
export async function createSchedule(deps: CreateScheduleDeps, command: CreateScheduleCommand): Promise<Schedule> {
  await checkSchedule(deps, command);
  await clearName(deps, command);
  const now = deps.clock.now();
  const schedule: Schedule = {
    ...command,
    scheduleId: newId("schedule", now),
    revision: 1,
    createdAt: now,
    updatedAt: now,
    seenUntil: now,
    nextAt: command.enabled ? timeAfter(command, now) : undefined,
    records: 0,
    open: 0,
    purgeAt: daysAfter(now, 1),
  };
  try {
    return (await deps.schedules.create(schedule)).schedule;
  } catch (thrown) {
    if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
    throw new MillraceError("SCHEDULE_EXISTS", "There is a schedule of this name in this workspace", { cause: thrown });
  }
}

/** Of a schedule of this name that is deleted, something may be left. */
async function clearName(deps: PurgeDeps, ref: ScheduleRef): Promise<void> {
  await againOnConflict(async () => {
    const stored = await deps.schedules.find(ref);
    if (stored?.schedule.deletedAt) await finishDeleting(deps, stored);
  });
}
