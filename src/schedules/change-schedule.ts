import { againOnConflict } from "../platform/again-on-conflict.ts";
import { MillraceError } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import { advanceSchedule } from "./advance-schedule.ts";
import type { AdvanceScheduleDeps } from "./advance-schedule.ts";
import { requireKnown, saveRecords } from "./change-records.ts";
import type { KnownSchedule } from "./change-records.ts";
import { checkSchedule } from "./check-schedule.ts";
import { timeAfter } from "./cron-times.ts";
import { decideDisabled, decideOccurrences } from "./decide-occurrences.ts";
import type { Schedule, ScheduleRef } from "./schedule.ts";

type Changeable = "cron" | "timeZone" | "enabled" | "overlap" | "catchUpSeconds" | "submit";

export interface ChangeScheduleCommand {
  readonly ref: ScheduleRef;
  /** Whether the schedule is the one that the operator has looked at. */
  readonly isExpected: (schedule: Schedule) => boolean;
  /** What is absent stays as it is. */
  readonly change: Partial<Pick<Schedule, Changeable>>;
  /** Who asks for it; nobody, if the request did not say. */
  readonly by?: string | undefined;
}

/** Each sees to more than a day of minutes, and occurrences are made up for a week at most. */
const MAX_TURNS = 10;

/**
 * Changes a schedule. New times count from now on: all that has come due by the old ones is seen to before. While it is
 * disabled nothing begins, also not what is due already, and nothing of that time is made up when it is enabled again.
 *
 * @throws MillraceError NOT_FOUND, PRECONDITION_FAILED, VALIDATION_FAILED with `errors`, STORAGE_UNAVAILABLE,
 * VERSION_CONFLICT when others keep writing, or there is more due by the old times than can be seen to now
 */
export async function changeSchedule(
  deps: AdvanceScheduleDeps,
  command: ChangeScheduleCommand,
  log: Log,
): Promise<Schedule> {
  const { ref, isExpected, change } = command;
  requireExpected((await deps.schedules.require(ref)).schedule, isExpected);
  await checkSchedule(deps, { ...change, workspaceId: ref.workspaceId });
  if (change.enabled === false || (change.cron === undefined && change.timeZone === undefined))
    return againOnConflict(async () => {
      const known = await requireCommanded(deps, command);
      const now = deps.clock.now();
      const changed = change.enabled === false ? decideDisabled(known, now) : [];
      const schedule = changedSchedule(known.schedule, command, now);
      return (await saveRecords(deps.schedules, { ...known, schedule }, changed)).schedule;
    });
  for (let turn = 1; turn <= MAX_TURNS; turn++) {
    await advanceSchedule(deps, ref, log);
    const schedule = await againOnConflict(async () => {
      const known = await requireCommanded(deps, command);
      const now = deps.clock.now();
      // What has come due since, in this very moment.
      const { isUnfinished, ...decided } = decideOccurrences(known, now, deps.scheduleTickMs);
      if (isUnfinished) return undefined;
      const schedule = changedSchedule(decided.schedule, command, now);
      return (await saveRecords(deps.schedules, { ...known, schedule }, decided.changed)).schedule;
    });
    if (schedule) return schedule;
  }
  throw new MillraceError("VERSION_CONFLICT", "What is due by the old times is still being recorded; change it later");
}

async function requireCommanded(
  { schedules }: AdvanceScheduleDeps,
  { ref, isExpected }: ChangeScheduleCommand,
): Promise<KnownSchedule> {
  const known = await requireKnown(schedules, ref);
  requireExpected(known.schedule, isExpected);
  return known;
}

function requireExpected(schedule: Schedule, isExpected: ChangeScheduleCommand["isExpected"]): void {
  if (!isExpected(schedule))
    throw new MillraceError("PRECONDITION_FAILED", "The schedule is not as `If-Match` says; read it again");
}

function changedSchedule(before: Schedule, { change, by }: ChangeScheduleCommand, now: Date): Schedule {
  const sender = change.submit && { submittedBy: by };
  const schedule = { ...before, ...change, ...sender, revision: before.revision + 1, updatedAt: now };
  const keepsTimes =
    schedule.cron === before.cron && schedule.timeZone === before.timeZone && schedule.enabled === before.enabled;
  if (keepsTimes) return schedule;
  return { ...schedule, seenUntil: now, nextAt: schedule.enabled ? timeAfter(schedule, now) : undefined };
}
