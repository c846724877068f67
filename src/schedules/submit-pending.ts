import { ERROR_CODES } from "../contract/error-codes.ts";
import { againOnConflict } from "../platform/again-on-conflict.ts";
import { hasCode, toMillraceError } from "../platform/errors.ts";
import type { MillraceError } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import type { Shutdown } from "../platform/shutdown.ts";
import { requireKnown, saveRecords } from "./change-records.ts";
import type { KnownSchedule } from "./change-records.ts";
import { isUnderWay } from "./occurrence.ts";
import type { Occurrence } from "./occurrence.ts";
import type { ScheduleStore } from "./schedule-store.ts";
import { catchUpMsOf } from "./schedule.ts";
import type { ScheduleRef } from "./schedule.ts";
import { isWaitedFor } from "./settle-submitted.ts";
import type { WorkDeps, WorkRef } from "./work.ts";
import { workOf, workOfRecord } from "./works.ts";

export interface SubmitPendingDeps extends WorkDeps {
  readonly schedules: ScheduleStore;
  readonly shutdown: Shutdown;
  /** The longest time between two calls of the timer. */
  readonly scheduleTickMs: number;
}

/** Submitted together, and recorded together. */
const AT_ONCE = 10;

/**
 * Submits what is recorded and was not submitted yet, also what somebody else has left behind: the key of each is made of
 * its schedule and its time, so that one time makes one job, however often it is tried. What is refused for good is
 * recorded as refused; what storage had no time for is tried again by the next call, as long as it may be made up. Of a
 * schedule that was disabled meanwhile, only what operators ask for is submitted.
 *
 * @throws MillraceError VERSION_CONFLICT when somebody else has written meanwhile, STORAGE_UNAVAILABLE
 */
export async function submitPending(deps: SubmitPendingDeps, before: KnownSchedule, log: Log): Promise<KnownSchedule> {
  const pending = before.records.filter(({ outcome }) => outcome === "pending").sort(byTime);
  let known = before;
  // Where each ends the one before, that must be recorded as submitted first.
  const atOnce = before.schedule.overlap === "cancel" ? 1 : AT_ONCE;
  for (let from = 0; from < pending.length && !deps.shutdown.begun.aborted; from += atOnce) {
    const now = known;
    const attempts = pending.slice(from, from + atOnce).map((record) => ({ known: now, record, log }));
    const tried = await Promise.all(attempts.map(async (attempt) => trySubmit(deps, attempt)));
    const changed = tried.filter((record) => record !== undefined);
    if (changed.length > 0) known = await saveRecords(deps.schedules, known, changed);
  }
  return known;
}

/** The same for whoever knows only which schedule it is. */
export async function submitAllPending(deps: SubmitPendingDeps, ref: ScheduleRef, log: Log): Promise<void> {
  await againOnConflict(async () => submitPending(deps, await requireKnown(deps.schedules, ref), log));
}

function byTime(one: Occurrence, other: Occurrence): number {
  return one.plannedAt.getTime() - other.plannedAt.getTime();
}

interface Attempt {
  readonly known: KnownSchedule;
  readonly record: Occurrence;
  readonly log: Log;
}

/** The record as it is from now on; nothing if it is to be tried again. */
async function trySubmit(deps: SubmitPendingDeps, attempt: Attempt): Promise<Occurrence | undefined> {
  const { schedule } = attempt.known;
  const { record, log } = attempt;
  const { plannedAt } = record;
  const facts = { workspace_id: schedule.workspaceId, schedule: schedule.name, planned_at: plannedAt };
  try {
    const made = await make(deps, attempt);
    if (!made) {
      const reason = "the schedule was disabled before it was submitted";
      log.warn("occurrence skipped", { ...facts, reason });
      return { ...record, outcome: "skipped_overlap", reason };
    }
    const submittedAt = deps.clock.now();
    log.info("occurrence submitted", {
      ...facts,
      ...factsOf(made),
      late_ms: submittedAt.getTime() - plannedAt.getTime(),
    });
    return { ...record, ...made, outcome: "submitted", submittedAt };
  } catch (thrown) {
    const error = toMillraceError(thrown);
    if (mayPass(error) && !isTooLate(deps, attempt)) {
      log.warn("occurrence not submitted yet", facts, thrown);
      return undefined;
    }
    log.error("occurrence not submitted", facts, thrown);
    const { code, message } = error;
    const reason = mayPass(error) ? "it could not be submitted in time" : "the request was refused";
    return { ...record, outcome: "failed_to_submit", reason, error: { code, message } };
  }
}

/** What the occurrence has made; nothing if its schedule is to begin nothing any more, and nobody has begun it before. */
async function make(deps: SubmitPendingDeps, attempt: Attempt): Promise<WorkRef | undefined> {
  const { schedule } = attempt.known;
  const { workspaceId, submittedBy } = schedule;
  const { work, body } = workOf(schedule.submit);
  const key = { workspaceId, idempotencyKey: keyOf(attempt.record) };
  if (!schedule.enabled && attempt.record.trigger === "schedule") return work.find(deps, key);
  await cancelBefore(deps, attempt);
  try {
    return await work.submit(deps, { ...key, submittedBy, body });
  } catch (thrown) {
    // The key is ours alone: somebody submitted it before the schedule's body was changed, and died on the way.
    const earlier = hasCode(thrown, "IDEMPOTENCY_MISMATCH") && (await work.find(deps, key));
    if (!earlier) throw thrown;
    return earlier;
  }
}

/** A space is in no key of a client's. */
function keyOf({ scheduleId, plannedAt }: Occurrence): string {
  return `${scheduleId} ${plannedAt.toISOString()}`;
}

function factsOf({ jobId, batchId }: Pick<Occurrence, "jobId" | "batchId">): Record<string, unknown> {
  return { ...(jobId !== undefined && { job_id: jobId }), ...(batchId !== undefined && { batch_id: batchId }) };
}

function mayPass({ code }: MillraceError): boolean {
  return ERROR_CODES[code].kind === "transient" || ERROR_CODES[code].kind === "conflict";
}

/** Counted from when it was first tried: what is made up, or has waited, was planned long ago. */
function isTooLate({ clock, scheduleTickMs }: SubmitPendingDeps, { known: { schedule }, record }: Attempt): boolean {
  const { pendingSince = record.recordedAt } = record;
  return clock.now().getTime() - pendingSince.getTime() > catchUpMsOf(schedule, scheduleTickMs);
}

/** Where the next one ends the one before: again whenever it is tried, since that is calm where nothing is left to end. */
async function cancelBefore(deps: SubmitPendingDeps, { known, record: next }: Attempt): Promise<void> {
  const { schedule, records } = known;
  if (schedule.overlap !== "cancel" || next.trigger !== "schedule") return;
  const before = records.filter((each) => isUnderWay(each) && isWaitedFor(each) && each.plannedAt < next.plannedAt);
  const { workspaceId } = schedule;
  await Promise.all(before.map(async (each) => workOfRecord(each).cancel(deps, { workspaceId, ...each })));
}
