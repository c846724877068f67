import { againOnConflict } from "../platform/again-on-conflict.ts";
import { MillraceError } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import { saveRecords } from "./change-records.ts";
import type { KnownSchedule } from "./change-records.ts";
import { decideOccurrences } from "./decide-occurrences.ts";
import type { Decision } from "./decide-occurrences.ts";
import { finishDeleting, purgeRecords } from "./purge-records.ts";
import type { PurgeDeps } from "./purge-records.ts";
import type { ScheduleRef } from "./schedule.ts";
import { settleSubmitted } from "./settle-submitted.ts";
import { submitPending } from "./submit-pending.ts";
import type { SubmitPendingDeps } from "./submit-pending.ts";

export type AdvanceScheduleDeps = SubmitPendingDeps & PurgeDeps;

/** Each round writes at most 90 records; what is left after so many is for the next call. */
const MAX_ROUNDS = 20;

/**
 * Sees to one schedule, as far as it has come by now: notes what has ended, records what is due and what was missed,
 * submits what is to be submitted, and lets old records go. Every decision is written before anything follows from it,
 * on the version that it was made on: a process that dies leaves what the next call finishes, and who meets somebody
 * else's write begins again.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE, VERSION_CONFLICT when others keep writing
 */
export async function advanceSchedule(deps: AdvanceScheduleDeps, ref: ScheduleRef, log: Log): Promise<void> {
  await againOnConflict(async () => {
    const stored = await deps.schedules.find(ref);
    if (!stored) return;
    if (stored.schedule.deletedAt) {
      await finishDeleting(deps, stored);
      return;
    }
    const records = await deps.schedules.undecided(stored.schedule);
    const settled = await settleSubmitted(deps, { ...stored, records });
    await purgeRecords(deps, await catchUp(deps, settled, log));
  });
}

async function catchUp(deps: AdvanceScheduleDeps, before: KnownSchedule, log: Log): Promise<KnownSchedule> {
  let known = before;
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const decision = decideOccurrences(known, deps.clock.now(), deps.scheduleTickMs);
    const { schedule, changed, isUnfinished } = decision;
    if (changed.length > 0 || schedule !== known.schedule) {
      known = await saveRecords(deps.schedules, { ...known, schedule }, changed);
      report(decision, log);
    }
    known = await submitPending(deps, known, log);
    if (!isUnfinished || deps.shutdown.begun.aborted) break;
  }
  return known;
}

function report({ schedule, changed, missedMore = false }: Decision, log: Log): void {
  const { workspaceId, name } = schedule;
  const facts = { workspace_id: workspaceId, schedule: name };
  for (const { outcome, plannedAt, reason } of changed)
    if (outcome === "skipped_overlap") log.warn("occurrence skipped", { ...facts, planned_at: plannedAt, reason });
  const missed = changed.filter(({ outcome }) => outcome === "missed").map(({ plannedAt }) => plannedAt);
  const [first] = missed;
  if (!first) return;
  const span = { count: missed.length, first, last: missed.at(-1), and_more_before: missedMore };
  const error = new MillraceError("OCCURRENCE_MISSED", "Nobody saw to them in time to make them up");
  log.error("occurrences missed", { ...facts, ...span }, error);
}
