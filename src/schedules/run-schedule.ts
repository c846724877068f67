import { MillraceError } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import { askFor } from "./ask-for.ts";
import type { Asked } from "./ask-for.ts";
import type { Occurrence } from "./occurrence.ts";
import type { PurgeDeps } from "./purge-records.ts";
import { asItIsNow } from "./read-schedules.ts";
import type { Schedule, ScheduleRef } from "./schedule.ts";
import { submitAllPending } from "./submit-pending.ts";
import type { SubmitPendingDeps } from "./submit-pending.ts";

export interface RunScheduleCommand {
  readonly ref: ScheduleRef;
  /** The time that the run stands for; now, if absent, and then each call is a run of its own. */
  readonly plannedAt?: Date | undefined;
}

export interface RanSchedule {
  readonly occurrence: Occurrence;
  /** There was a run for this time before: this is that one. */
  readonly replayed: boolean;
}

/**
 * Runs a schedule now, whether or not it is enabled and whatever is under way. Once it is recorded it will be submitted;
 * should storage be in the way just now, the occurrence is still `pending`, and the timer goes on.
 *
 * @throws MillraceError NOT_FOUND, VALIDATION_FAILED when the request is refused or the time cannot be had,
 * STORAGE_UNAVAILABLE, VERSION_CONFLICT
 */
export async function runSchedule(
  deps: SubmitPendingDeps & PurgeDeps,
  { ref, plannedAt }: RunScheduleCommand,
  log: Log,
): Promise<RanSchedule> {
  const { schedule, times, begun } = await askForRun(deps, ref, plannedAt);
  await submitAllPending(deps, ref, log);
  const [time] = times;
  const record = time && (await deps.schedules.record(schedule, time));
  if (!record) throw new MillraceError("NOT_FOUND", "The schedule was deleted meanwhile");
  if (record.outcome === "failed_to_submit") {
    const message = `was refused: ${record.error?.message ?? ""}`;
    throw new MillraceError("VALIDATION_FAILED", "The schedule's request was refused", {
      details: { errors: [{ pointer: "/submit", message }] },
    });
  }
  return { occurrence: await asItIsNow(deps, schedule, record), replayed: begun.length === 0 };
}

async function askForRun(deps: PurgeDeps, ref: ScheduleRef, plannedAt: Date | undefined): Promise<Asked> {
  if (plannedAt) return askFor(deps, { ref, trigger: "manual", timesOf: () => [plannedAt] });
  for (let back = 0; ; back++) {
    const timesOf = (_: Schedule, now: Date) => [besideTheClock(now, back)];
    const asked = await askFor(deps, { ref, trigger: "manual", timesOf });
    if (asked.begun.length > 0) return asked;
  }
}

/** Now, or some milliseconds ago, but never a whole minute: those are the schedule's own. */
function besideTheClock(now: Date, back: number): Date {
  const time = now.getTime() - back;
  return new Date(time % MINUTE_MS === 0 ? time - 1 : time);
}

const MINUTE_MS = 60_000;
