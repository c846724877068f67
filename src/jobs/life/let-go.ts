import type { Job } from "./job.ts";

/** Fields of a job that nobody holds, and that waits for nothing. */
type FreeJob = Omit<Extract<Job, { phase: "queued" }>, "phase" | "retryAt" | "redispatches">;

/** Nobody holds the job any more. */
export function letGo(job: Extract<Job, { phase: "queued" | "processing" | "waiting" }>): FreeJob {
  const none = { claimId: undefined, leaseUntil: undefined, instanceId: undefined, waitingFor: undefined };
  const { outdatedSince: _outdated, ...held } = { outdatedSince: undefined, ...none, ...job };
  const { claimId: _claim, leaseUntil: _lease, instanceId: _instance, waitingFor: _wait, ...free } = held;
  const { retryAt: _retry, redispatches: _count, ...rest } = { retryAt: undefined, redispatches: undefined, ...free };
  return rest;
}
