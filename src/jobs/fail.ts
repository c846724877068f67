import type { MillraceError } from "../platform/errors.ts";
import type { ClaimedJob } from "./claimed-job.ts";
import type { Dispatch } from "./dispatch.ts";
import type { JobEvent } from "./evolve.ts";
import type { Job, StepRecord } from "./job.ts";
import { retryDelayMs } from "./retry-delay.ts";

export interface FailDeps {
  readonly dispatch: Dispatch;
  /** A number from 0 to 1 that spreads retries. */
  readonly chance: () => number;
}

export interface Failure {
  readonly error: MillraceError;
  readonly steps: readonly StepRecord[];
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

/** Only what may pass is tried again, and only while attempts are left. */
export function decideFailure(
  job: Pick<Job, "attempt" | "maxAttempts">,
  { error, steps, now }: Failure,
  chance: number,
): Extract<JobEvent, { type: "requeued" | "gaveUp" }> {
  const written = { error: { code: error.code, message: error.message }, steps };
  const mayPass = error.kind === "transient" || error.kind === "conflict";
  if (!mayPass || job.attempt >= job.maxAttempts) return { type: "gaveUp", ...written };
  const delayMs = retryDelayMs(job.attempt, chance, error.retryAfterMs);
  return { type: "requeued", ...written, retryAt: new Date(now.getTime() + delayMs) };
}
