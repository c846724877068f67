import type { JobEvent } from "../life/job-event.ts";
import type { Job } from "../life/job.ts";
import { isTerminal } from "../life/lifecycle.ts";
import { UNKNOWN_TYPE_MS } from "../life/roll-out.ts";
import { undoAbandoned, undoRung } from "../life/undo-tries.ts";
import { isUndoing, undoOfJob } from "../life/undo.ts";
import type { WakeUp } from "../store/due-store.ts";
import type { StoredJob } from "../store/job-store.ts";
import type { StoredTombstone } from "../store/tombstone.ts";
import { endWithoutWork, isLed } from "../work/claim.ts";
import type { LedJob } from "../work/claim.ts";

/** What is to be done about a wake-up row. */
export type WakeUpDecision =
  /** It is not time yet. */
  | { readonly outcome: "notYet" }
  /** The row belongs to nothing: the job is gone, or wakes up at another time. */
  | { readonly outcome: "stray" }
  /** The job's message was lost, or only waits in a long queue: one more does no harm. */
  | { readonly outcome: "resend"; readonly stored: StoredJob; readonly event: JobEvent }
  /** Its orchestration must be asked whether it is alive: if it is, its claim goes on; if not, this is what is done. */
  | { readonly outcome: "ask"; readonly stored: StoredJob; readonly job: LedJob; readonly otherwise: WakeUpDrive }
  /** The worker has given no sign of life: the job is for another. */
  | { readonly outcome: "redrive"; readonly stored: StoredJob; readonly event: JobEvent }
  /** It was taken as often as it may be and never came to an end, or it is too late to begin. */
  | { readonly outcome: "giveUp"; readonly stored: StoredJob; readonly event: JobEvent }
  /** The job has ended, and was kept for as long as it was to be. */
  | { readonly outcome: "expire"; readonly stored: StoredJob }
  /** The job is gone, and whoever let it go did not come to remove all that it left. */
  | { readonly outcome: "clean"; readonly gone: StoredTombstone }
  /** Nobody is to know of the job any more. */
  | { readonly outcome: "forget"; readonly gone: StoredTombstone };

/** What drives a job on by an event. */
export type WakeUpDrive = Extract<WakeUpDecision, { readonly event: JobEvent }>;

interface WakeUpFacts {
  readonly now: Date;
  /** Whether this version of the app knows a job type. */
  readonly knows: (jobType: string) => boolean;
}

/** What the supervisor does when a wake-up row's time has come: a pure function of the row, its job and the time. */
export function decideWakeUp(
  wakeUp: WakeUp,
  stored: StoredJob | StoredTombstone | undefined,
  { now, knows }: WakeUpFacts,
): WakeUpDecision {
  if (!stored || stored.dueAt?.getTime() !== wakeUp.at.getTime()) return { outcome: "stray" };
  if (wakeUp.at > now) return { outcome: "notYet" };
  if ("tombstone" in stored)
    return { outcome: wakeUp.at < stored.tombstone.forgetAt ? "clean" : "forget", gone: stored };
  const { job } = stored;
  if (isUndoing(job)) return { outcome: "resend", stored, event: decideUndoing(job, { now, knows }) };
  if (isTerminal(job.phase)) return { outcome: "expire", stored };
  const drive = decideDrive(stored, now, knows(job.jobType));
  return isLed(job) ? { outcome: "ask", stored, job, otherwise: drive } : drive;
}

function decideDrive(stored: StoredJob, now: Date, isKnown: boolean): WakeUpDrive {
  const { job } = stored;
  const end = endWithoutWork(job, now, isKnown);
  if (end) return { outcome: "giveUp", stored, event: { ...end, actor: "supervisor" } };
  if (job.phase === "processing" || job.phase === "waiting")
    return { outcome: "redrive", stored, event: { type: "lapsed" } };
  return { outcome: "resend", stored, event: { type: "redispatched" } };
}

/** The job has ended, and what it has done is still to be taken back: another message, or an end of waiting for a worker. */
function decideUndoing(job: Job, { now, knows }: WakeUpFacts): JobEvent {
  const undo = undoOfJob(job);
  const isOrphan = !knows(job.jobType) && "endedAt" in job && now.getTime() - job.endedAt.getTime() > UNKNOWN_TYPE_MS;
  const message = `No worker has known the job type "${job.jobType}" for a day`;
  return {
    type: "undone",
    actor: "supervisor",
    undo: isOrphan ? undoAbandoned(undo, { code: "UNKNOWN_JOB_TYPE", message }) : undoRung(undo),
  };
}
