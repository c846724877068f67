import type { MillraceError } from "../../platform/errors.ts";
import type { JobEvent } from "../life/job-event.ts";
import type { Job } from "../life/job.ts";
import type { Dispatch } from "../store/dispatch.ts";
import type { ClaimedJob, Move } from "./claimed-job.ts";
import { judgeFailure, writtenError } from "./judge-failure.ts";

export interface FailDeps {
  readonly dispatch: Dispatch;
  /** A number from 0 to 1 that spreads retries. */
  readonly chance: () => number;
}

export interface Failure extends Pick<Move, "steps" | "usage"> {
  readonly error: MillraceError;
  readonly now: Date;
}

/**
 * Writes down that an attempt failed: the job is put back for another try, or it fails for good. The row is written
 * first; should the process die before the new message is put, the supervisor puts one.
 *
 * @throws MillraceError LEASE_LOST, STORAGE_UNAVAILABLE
 */
export async function failJob(deps: FailDeps, claimed: ClaimedJob, failure: Failure): Promise<Job> {
  const job = await claimed.settle(decideFailure(claimed.job, failure, deps.chance()));
  if (job.phase === "queued" && job.retryAt)
    await deps.dispatch(job, { delayMs: job.retryAt.getTime() - failure.now.getTime() });
  return job;
}

/** Whether the job is put back after this failure, and until when, or has failed. */
export function decideFailure(
  job: Pick<Job, "attempt" | "maxAttempts" | "uncounted">,
  { error, steps, usage, now }: Failure,
  chance: number,
): Extract<JobEvent, { type: "requeued" | "gaveUp" }> {
  const written = { error: writtenError(error), steps, usage };
  const verdict = judgeFailure(job, error, chance);
  if (verdict.outcome === "giveUp") return { type: "gaveUp", ...written };
  const { counted, delayMs } = verdict;
  return { type: "requeued", ...written, counted, retryAt: new Date(now.getTime() + delayMs) };
}
