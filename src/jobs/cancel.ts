import { againOnConflict } from "../platform/again-on-conflict.ts";
import type { Clock } from "../platform/clock.ts";
import { MillraceError } from "../platform/errors.ts";
import type { Orchestrations } from "../platform/orchestrations.ts";
import { evolve } from "./life/evolve.ts";
import type { Job, JobRef } from "./life/job.ts";
import { STATUS_OF, isTerminal } from "./life/lifecycle.ts";
import type { Actor } from "./life/transition.ts";
import { followEnd } from "./store/follow-end.ts";
import type { FollowEndDeps } from "./store/follow-end.ts";
import type { JobStore } from "./store/job-store.ts";
import type { AtWork } from "./work/at-work.ts";
import { isLed } from "./work/claim.ts";
import type { LedJob } from "./work/claim.ts";
import { noticedBy } from "./work/holder.ts";

export interface CancelDeps extends FollowEndDeps {
  readonly jobs: JobStore;
  readonly clock: Clock;
  readonly atWork: AtWork;
  readonly orchestrations: Orchestrations;
  readonly leaseMs: number;
}

export interface CancelCommand {
  readonly ref: JobRef;
  /** Only this operation; if absent, the one that is current when the job is first looked at. */
  readonly operationId?: string | undefined;
  readonly reason?: string | undefined;
  readonly actor: Actor;
}

/**
 * Ends an operation of a job for good, by one conditional write: from then on nothing of the operation can be written
 * any more. Its worker, if it has one, meets the conflict and stops. Cancelling twice is cancelling once. However often
 * it has to be tried, one call ends one operation: never one that began meanwhile.
 *
 * @throws MillraceError JOB_NOT_FOUND, GONE, OPERATION_SUPERSEDED when another operation is current, JOB_ALREADY_ENDED
 * when completion or failure came first, STORAGE_UNAVAILABLE, VERSION_CONFLICT when others keep writing
 */
export async function cancelJob(deps: CancelDeps, command: CancelCommand): Promise<Job> {
  let { operationId } = command;
  return againOnConflict(async () => {
    const stored = await deps.jobs.require(command.ref);
    operationId ??= stored.job.operationId;
    requireCurrent(stored.job, operationId);
    if (stored.job.phase === "cancelled") return stored.job;
    requireNotEnded(stored.job);
    const now = deps.clock.now();
    const { actor, reason } = command;
    const others = isAtWork(stored.job) ? { noticedBy: noticedBy(now, deps) } : {};
    const event = { type: "cancelled", actor, reason, ...others } as const;
    const { job } = await deps.jobs.save(evolve(stored.job, event, now), stored);
    deps.atWork.tell(job.jobId);
    if (isLed(stored.job)) await terminate(deps, stored.job);
    await followEnd(deps, job);
    return job;
  });
}

/** Whether somebody may be: while people decide, nobody is. */
function isAtWork(job: Job): boolean {
  return job.phase === "processing" || (job.phase === "waiting" && job.waitingFor.kind !== "approval");
}

/** Whatever its orchestration still does meets the end of the claim: this only spares it the way there. */
async function terminate({ orchestrations }: CancelDeps, { instanceId }: LedJob): Promise<void> {
  await orchestrations.terminate(instanceId, "the job was cancelled").catch(() => undefined);
}

function requireCurrent(job: Job, operationId: string): void {
  if (job.operationId !== operationId)
    throw new MillraceError("OPERATION_SUPERSEDED", `The job's current operation is "${job.operationId}"`);
}

function requireNotEnded({ phase }: Job): void {
  if (isTerminal(phase))
    throw new MillraceError("JOB_ALREADY_ENDED", `The job has ended already: it is "${STATUS_OF[phase]}"`);
}
