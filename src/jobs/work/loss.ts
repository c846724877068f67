import type { ErrorCode } from "../../contract/error-codes.ts";
import { MillraceError, hasCode } from "../../platform/errors.ts";
import type { Job } from "../life/job.ts";

/** Why whoever held a job does not hold it any more. */
export function lossOf(held: Pick<Job, "operationId">, current: Job | undefined, cause?: unknown): MillraceError {
  if (current?.operationId !== held.operationId)
    return new MillraceError("OPERATION_SUPERSEDED", "The operation has ended, and the job went on without it", {
      cause,
    });
  if (current.phase === "cancelled") return new MillraceError("JOB_CANCELLED", "The job was cancelled", { cause });
  return new MillraceError("LEASE_LOST", "Another worker took this job", { cause });
}

const LOSSES: readonly ErrorCode[] = ["LEASE_LOST", "JOB_CANCELLED", "OPERATION_SUPERSEDED"];

export function isLoss(thrown: unknown): boolean {
  return LOSSES.some((code) => hasCode(thrown, code));
}

/** Nobody writes under a claim's id but its holder. */
export function claimOf(job: Job | undefined): string | undefined {
  return job?.phase === "processing" || job?.phase === "waiting" ? job.claimId : undefined;
}
