import { againOnConflict } from "../platform/again-on-conflict.ts";
import { MillraceError } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import { readKnown, saveRecords } from "./change-records.ts";
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
 * so that a process that dies leaves what the next call finishes; and two at once do nothing twice.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE, VERSION_CONFLICT when others keep writing
 */
export async function advanceSchedule(deps: AdvanceScheduleDeps, ref: ScheduleRef, log: Log): Promise<void> {
  await settleSubmitted(deps, ref);
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const decision = await againOnConflict(async () => decide(deps, ref));
    if (decision) report(decision, ref, log);
    await submitPending(deps, ref, log);
    if (!decision?.isUnfinished || deps.shutdown.begun.aborted) break;
  }
  await purgeRecords(deps, ref);
  await finishDeleting(deps, ref);
}

/** What was decided, and is written. */
async function decide({ schedules, clock }: AdvanceScheduleDeps, ref: ScheduleRef): Promise<Decision | undefined> {
  const known = await readKnown(schedules, ref);
  if (!known) return undefined;
  const decision = decideOccurrences(known, clock.now());
  const { schedule, changed } = decision;
  if (changed.length > 0 || schedule !== known.schedule) await saveRecords(schedules, { ...known, schedule }, changed);
  return decision;
}

function report({ schedule, changed, missedMore = false }: Decision, ref: ScheduleRef, log: Log): void {
  const facts = { workspace_id: ref.workspaceId, schedule: ref.name };
  const missed = changed.filter(({ outcome }) => outcome === "missed");
  if (missed.length > 0)
    log.error(
      "occurrences missed",
      {
        ...facts,
        count: missed.length,
        first: missed[0]?.plannedAt,
        last: missed.at(-1)?.plannedAt,
        and_more_before: missedMore,
      },
      new MillraceError("OCCURRENCE_MISSED", `Nobody saw to them within ${schedule.catchUpSeconds} seconds`),
    );
  for (const { outcome, plannedAt, reason } of changed)
    if (outcome === "skipped_overlap") log.warn("occurrence skipped", { ...facts, planned_at: plannedAt, reason });
}
