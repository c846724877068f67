import type { Schedule } from "./schedule.ts";
import type { TimerStatus } from "./timer-status.ts";

export interface Resumed {
  readonly status: TimerStatus;
  /** An occurrence was missed while no host ran. */
  readonly isPastDue: boolean;
}

/**
 * Decides what a monitored timer does when its host starts. A timer never seen before only notes its next occurrence. When
 * the stored next occurrence is not what the schedule gives, the schedule was changed: it begins anew and is not past due.
 * Undefined when the schedule has no occurrence left.
 */
export function resumeStatus(stored: TimerStatus | undefined, schedule: Schedule, now: Date): Resumed | undefined {
  if (!stored) return startAnew(schedule, now);
  const countedFrom = stored.last ?? stored.lastUpdated;
  const expected = schedule.next(countedFrom);
  if (expected?.getTime() === stored.next.getTime()) return { status: stored, isPastDue: now > stored.next };
  if (!expected || expected < now) return startAnew(schedule, now);
  return { status: { last: undefined, next: expected, lastUpdated: countedFrom }, isPastDue: false };
}

function startAnew(schedule: Schedule, now: Date): Resumed | undefined {
  const next = schedule.next(now);
  return next && { status: { last: undefined, next, lastUpdated: now }, isPastDue: false };
}

/** What is stored after a run that began at `firedAt`. A run that came early counts for the occurrence it was meant for. */
export function statusAfterRun(status: TimerStatus, schedule: Schedule, firedAt: Date): TimerStatus {
  const last = firedAt < status.next && isSlightlyEarly(firedAt, status.next) ? status.next : firedAt;
  return { last, next: schedule.next(last) ?? status.next, lastUpdated: last };
}

/** Timers of the operating system may fire a few milliseconds before their time. */
function isSlightlyEarly(firedAt: Date, planned: Date): boolean {
  return planned.getTime() - firedAt.getTime() < 1000;
}
