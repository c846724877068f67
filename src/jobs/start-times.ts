import { LONGEST_DELAY_SECONDS } from "../contract/submit-request.ts";
import { MillraceError } from "../platform/errors.ts";
import type { Job } from "./life/job.ts";

/** When a request wants its job to begin; times as RFC 3339 has them. */
export interface AskedTimes {
  readonly runAt?: string | undefined;
  readonly delaySeconds?: number | undefined;
  readonly expiresAt?: string | undefined;
}

/**
 * Between which times the job may begin. A `run_at` that is past means at once; an `expires_at` that is past makes a job
 * that expires, since a request can be late on its way, and then somebody should see what became of it.
 *
 * @throws MillraceError VALIDATION_FAILED when that is later than we plan for, or never
 */
export function startTimesOf(asked: AskedTimes, now: Date): Pick<Job, "startAfter" | "startBefore"> {
  const startAfter = startAfterOf(asked, now);
  const startBefore = asked.expiresAt === undefined ? undefined : new Date(asked.expiresAt);
  if (startAfter && startAfter.getTime() - now.getTime() > LONGEST_DELAY_SECONDS * 1000)
    throw refusal("/run_at", `is more than ${LONGEST_DELAY_SECONDS / 86_400} days from now`);
  if (startAfter && startBefore && startBefore <= startAfter)
    throw refusal("/expires_at", "is not after the time that the job is to start at: it could never start");
  return { ...(startAfter && { startAfter }), ...(startBefore && { startBefore }) };
}

function startAfterOf({ runAt, delaySeconds }: AskedTimes, now: Date): Date | undefined {
  if (runAt !== undefined) return new Date(runAt);
  return delaySeconds === undefined ? undefined : new Date(now.getTime() + delaySeconds * 1000);
}

function refusal(pointer: string, message: string): MillraceError {
  return new MillraceError("VALIDATION_FAILED", "The job cannot be started when the request asks for", {
    details: { errors: [{ pointer, message }] },
  });
}
