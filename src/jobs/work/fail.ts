import type { ErrorCode } from "../../contract/error-codes.ts";
import type { MillraceError } from "../../platform/errors.ts";
import { mayStayUncounted } from "../life/attempt-count.ts";
import type { JobEvent } from "../life/job-event.ts";
import type { Job } from "../life/job.ts";
import type { Dispatch } from "../store/dispatch.ts";
import type { ClaimedJob, Move } from "./claimed-job.ts";
import { retryDelayMs } from "./retry-delay.ts";

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

/** A message can quote what a client sent, and must fit the row: a failure that cannot be written down is none. */
const MAX_MESSAGE_CHARACTERS = 2000;

/**
 * Only what may pass is tried again, and only while attempts are left. A provider that says how long to wait has refused
 * the work, not failed at it: that attempt does not count.
 */
export function decideFailure(
  job: Pick<Job, "attempt" | "maxAttempts" | "uncounted">,
  { error, steps, usage, now }: Failure,
  chance: number,
): Extract<JobEvent, { type: "requeued" | "gaveUp" }> {
  const message = error.message.slice(0, MAX_MESSAGE_CHARACTERS);
  const written = { error: { code: error.code, message }, steps, usage };
  const mayPass = error.kind === "transient" || error.kind === "conflict";
  const counted = !(isAskedToWait(error) && mayStayUncounted(job));
  if (!mayPass || (counted && job.attempt >= job.maxAttempts)) return { type: "gaveUp", ...written };
  const delayMs = retryDelayMs(job.attempt, chance, error.retryAfterMs);
  return { type: "requeued", ...written, counted, retryAt: new Date(now.getTime() + delayMs) };
}

const OF_THE_PROVIDER: ReadonlySet<ErrorCode> = new Set(["PROVIDER_THROTTLED", "PROVIDER_UNAVAILABLE"]);

/** Servers that a payload names may ask as well, but get no tries for it. */
function isAskedToWait({ code, retryAfterMs = 0 }: MillraceError): boolean {
  return OF_THE_PROVIDER.has(code) && retryAfterMs > 0;
}
