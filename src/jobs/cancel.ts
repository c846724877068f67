import type { Container } from "../platform/blobs.ts";
import type { Clock } from "../platform/clock.ts";
import { MillraceError, hasCode } from "../platform/errors.ts";
import type { AtWork } from "./at-work.ts";
import { dropCheckpoints } from "./checkpoints.ts";
import { evolve } from "./evolve.ts";
import type { JobStore, StoredJob } from "./job-store.ts";
import type { Job, JobRef } from "./job.ts";
import { STATUS_OF, isTerminal } from "./lifecycle.ts";
import type { Actor } from "./transition.ts";

export interface CancelDeps {
  readonly jobs: JobStore;
  readonly content: Container;
  readonly clock: Clock;
  readonly atWork: AtWork;
}

export interface CancelCommand {
  readonly ref: JobRef;
  /** Only this operation; whichever is current, if absent. */
  readonly operationId?: string | undefined;
  readonly reason?: string | undefined;
  readonly actor: Actor;
}

/**
 * Ends a job's current operation for good, by one conditional write: from then on nothing of the operation can be
 * written any more. Its worker, if it has one, meets the conflict and stops. Cancelling twice is cancelling once.
 *
 * @throws MillraceError JOB_NOT_FOUND, GONE, OPERATION_SUPERSEDED when another operation is current, JOB_ALREADY_ENDED
 * when completion or failure came first, STORAGE_UNAVAILABLE, VERSION_CONFLICT when others keep writing
 */
export async function cancelJob(deps: CancelDeps, command: CancelCommand): Promise<Job> {
  for (let tries = 1; ; tries++) {
    const stored = await deps.jobs.require(command.ref);
    if (stored.job.phase === "cancelled" && isMeant(stored.job, command)) return stored.job;
    requireCancellable(stored.job, command);
    try {
      return await write(deps, stored, command);
    } catch (thrown) {
      // Somebody else wrote meanwhile: read again and decide again.
      if (!hasCode(thrown, "VERSION_CONFLICT") || tries === MAX_TRIES) throw thrown;
    }
  }
}

/** A worker writes once a second at most, so that two tries are many. */
const MAX_TRIES = 10;

async function write(deps: CancelDeps, stored: StoredJob, { actor, reason }: CancelCommand): Promise<Job> {
  const { job } = await deps.jobs.save(
    evolve(stored.job, { type: "cancelled", actor, reason }, deps.clock.now()),
    stored,
  );
  deps.atWork.tell(job.jobId);
  await dropCheckpoints(deps.content, stored.job);
  return job;
}

function isMeant(job: Job, { operationId }: CancelCommand): boolean {
  return operationId === undefined || operationId === job.operationId;
}

function requireCancellable(job: Job, command: CancelCommand): void {
  if (!isMeant(job, command))
    throw new MillraceError("OPERATION_SUPERSEDED", `The job's current operation is "${job.operationId}"`);
  if (isTerminal(job.phase))
    throw new MillraceError("JOB_ALREADY_ENDED", `The job is "${STATUS_OF[job.phase]}" already`);
}
