import { againOnConflict } from "../platform/again-on-conflict.ts";
import { MillraceError } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import { advanceSchedule } from "./advance-schedule.ts";
import type { AdvanceScheduleDeps } from "./advance-schedule.ts";
import { requireKnown, saveRecords } from "./change-records.ts";
import { checkSchedule } from "./check-schedule.ts";
import { timeAfter } from "./cron-times.ts";
import { decideOccurrences } from "./decide-occurrences.ts";
import type { Schedule, ScheduleRef } from "./schedule.ts";

type Changeable = "cron" | "timeZone" | "enabled" | "overlap" | "catchUpSeconds" | "submit";

export interface ChangeScheduleCommand {
  readonly ref: ScheduleRef;
  /** Whether the schedule is the one that the operator has looked at. */
  readonly isExpected: (schedule: Schedule) => boolean;
  /** What is absent stays as it is. */
  readonly change: Partial<Pick<Schedule, Changeable>>;
}

/**
 * Changes a schedule. New times count from now on: what has come due by the old ones is seen to before. While it is
 * disabled nothing begins, and nothing of that time is made up when it is enabled again.
 *
 * @throws MillraceError NOT_FOUND, PRECONDITION_FAILED, VALIDATION_FAILED with `errors`, STORAGE_UNAVAILABLE,
 * VERSION_CONFLICT when others keep writing
 */
export async function changeSchedule(
  deps: AdvanceScheduleDeps,
  { ref, isExpected, change }: ChangeScheduleCommand,
  log: Log,
): Promise<Schedule> {
  requireExpected((await deps.schedules.require(ref)).schedule, isExpected);
  await checkSchedule(deps, { ...change, workspaceId: ref.workspaceId });
  const hasNewTimes = change.enabled !== false && (change.cron !== undefined || change.timeZone !== undefined);
  if (hasNewTimes) await advanceSchedule(deps, ref, log);
  return againOnConflict(async () => {
    const known = await requireKnown(deps.schedules, ref);
    requireExpected(known.schedule, isExpected);
    const now = deps.clock.now();
    // What has come due since, in this very moment.
    const { schedule, changed } = hasNewTimes
      ? decideOccurrences(known, now)
      : { schedule: known.schedule, changed: [] };
    return (await saveRecords(deps.schedules, { ...known, schedule: changedSchedule(schedule, change, now) }, changed))
      .schedule;
  });
}

function requireExpected(schedule: Schedule, isExpected: ChangeScheduleCommand["isExpected"]): void {
  if (!isExpected(schedule))
    throw new MillraceError("PRECONDITION_FAILED", "The schedule is not as `If-Match` says; read it again");
}

function changedSchedule(before: Schedule, change: ChangeScheduleCommand["change"], now: Date): Schedule {
  const schedule = { ...before, ...change, revision: before.revision + 1, updatedAt: now };
  const keepsTimes =
    schedule.cron === before.cron && schedule.timeZone === before.timeZone && schedule.enabled === before.enabled;
  if (keepsTimes) return schedule;
  return { ...schedule, seenUntil: now, nextAt: schedule.enabled ? timeAfter(schedule, now) : undefined };
}
