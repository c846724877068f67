import { hasCode } from "../platform/errors.ts";
import { logTo } from "../platform/log.ts";
import type { Log, LogSink } from "../platform/log.ts";
import { advanceSchedule } from "./advance-schedule.ts";
import type { AdvanceScheduleDeps } from "./advance-schedule.ts";
import type { ScheduleRef } from "./schedule.ts";

/** Less than the minute until the next call, which goes on. */
const TURN_MS = 45_000;
/** Schedules seen to at a time. */
const ABREAST = 8;
const MINUTE_MS = 60_000;

/**
 * Sees to all schedules whose time has come; a timer calls it every minute. It may run on two hosts at once, and die at
 * any moment: what it has recorded is done once, and what it has not come to is for the next call, which begins
 * elsewhere.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE when not even the schedules can be read
 */
export async function tickSchedules(deps: AdvanceScheduleDeps, sink: LogSink): Promise<void> {
  const log = logTo(sink);
  const startedAt = deps.clock.now().getTime();
  const due = await deps.schedules.listDue(new Date(startedAt));
  const first = Math.floor(due.length * shareOf(Math.floor(startedAt / MINUTE_MS)));
  const waiting = [...due.slice(first), ...due.slice(0, first)];
  const isOver = () => deps.shutdown.begun.aborted || deps.clock.now().getTime() - startedAt > TURN_MS;
  const takeTurns = async () => {
    while (!isOver()) {
      const next = waiting.shift();
      if (!next) return;
      await seeTo(deps, next, log);
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, takeTurns));
  if (waiting.length > 0) log.warn("schedules left for the next minute", { due: due.length, left: waiting.length });
}

/** The multiples of the golden ratio lie as far from each other as they can, whatever their number. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Where in the line the turn of a minute begins, from 0 to 1: where there are too many for one turn, nobody is last for long. */
function shareOf(minute: number): number {
  return (minute * GOLDEN) % 1;
}

async function seeTo(deps: AdvanceScheduleDeps, ref: ScheduleRef, log: Log): Promise<void> {
  try {
    await advanceSchedule(deps, ref, log);
  } catch (thrown) {
    const facts = { workspace_id: ref.workspaceId, schedule: ref.name };
    // Others keep writing it, and so see to it.
    if (hasCode(thrown, "VERSION_CONFLICT")) log.warn("schedule put off", facts, thrown);
    else log.error("schedule put off", facts, thrown);
  }
}
