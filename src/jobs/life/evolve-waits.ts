import { InvariantError } from "../../platform/errors.ts";
import type { Job } from "./job.ts";
import type { Vote, WaitingFor } from "./waiting-for.ts";

/** A job that somebody holds. */
type HeldJob = Extract<Job, { phase: "processing" | "waiting" }>;

type WaitingJob = Extract<Job, { phase: "waiting" }>;

/** The same job, waiting. Only an orchestration can wait: a worker that did would hold its process up. */
export function waitingJob(job: HeldJob, waitingFor: WaitingFor): WaitingJob {
  const { instanceId } = job;
  if (!instanceId)
    throw new InvariantError("5e0d7b19", `Cannot let job "${job.jobId}" wait: no orchestration leads it`);
  const { waitedFor: _before, ...rest } = { waitedFor: undefined, ...job };
  return { ...rest, phase: "waiting", instanceId, waitingFor };
}

/** The job with one vote more. @throws InvariantError when nobody is asked, or the voter has voted */
export function withVote(job: WaitingJob, vote: Vote): WaitingJob {
  const { waitingFor } = job;
  if (waitingFor.kind !== "approval")
    throw new InvariantError("b7a4c1f2", `Cannot add a vote to job "${job.jobId}": it waits for no approval`);
  return { ...job, waitingFor: { ...waitingFor, votes: [...waitingFor.votes, vote] } };
}

/** Fields of a job that nobody holds, and that waits for nothing. */
type FreeJob = Omit<Extract<Job, { phase: "queued" }>, "phase" | "retryAt" | "redispatches">;

/** Nobody holds the job any more. */
export function letGo(job: Extract<Job, { phase: "queued" | "processing" | "waiting" }>): FreeJob {
  const none = { claimId: undefined, leaseUntil: undefined, instanceId: undefined, waitingFor: undefined };
  const {
    claimId: _claim,
    leaseUntil: _lease,
    instanceId: _instance,
    waitingFor: _wait,
    ...held
  } = { ...none, ...job };
  const { retryAt: _retry, redispatches: _count, ...rest } = { retryAt: undefined, redispatches: undefined, ...held };
  return rest;
}
