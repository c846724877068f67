import { InvariantError } from "../../platform/errors.ts";
import { awaitedBy } from "./awaited.ts";
import type { Job } from "./job.ts";
import type { CallAnswer, Vote, WaitingFor } from "./waiting-for.ts";

/** A job that somebody holds. */
type HeldJob = Extract<Job, { phase: "processing" | "waiting" }>;

type WaitingJob = Extract<Job, { phase: "waiting" }>;

/** A job that waits, or that has lost the orchestration with which it did. */
type AwaitingJob = Extract<Job, { phase: "queued" | "processing" | "waiting" }>;

/** The same job, waiting. Only an orchestration can wait: a worker that did would hold its process up. */
export function waitingJob(job: HeldJob, waitingFor: WaitingFor): WaitingJob {
  const { instanceId } = job;
  if (!instanceId)
    throw new InvariantError("5e0d7b19", `Cannot let job "${job.jobId}" wait: no orchestration leads it`);
  return { ...withoutWait(job), phase: "waiting", instanceId, waitingFor };
}

/** The job with one vote more. @throws InvariantError when nobody is asked, or the voter has voted */
export function withVote(job: AwaitingJob, vote: Vote): Job {
  const awaited = awaitedBy(job);
  if (awaited?.kind !== "approval")
    throw new InvariantError("b7a4c1f2", `Cannot add a vote to job "${job.jobId}": it waits for no approval`);
  return withAwaited(job, { ...awaited, votes: [...awaited.votes, vote] });
}

/** The job with what a worker has answered. @throws InvariantError when it called none, or has an answer */
export function withAnswer(job: AwaitingJob, answer: CallAnswer): Job {
  const awaited = awaitedBy(job);
  if (awaited?.kind !== "call" || awaited.answer)
    throw new InvariantError("e2d80c57", `Cannot add an answer to job "${job.jobId}": it waits for none`);
  return withAwaited(job, { ...awaited, answer });
}

function withAwaited(job: AwaitingJob, awaited: WaitingFor): Job {
  return job.phase === "waiting" ? { ...job, waitingFor: awaited } : { ...job, waitedFor: awaited };
}

/** The job without what it waited for before: it has ended, or its steps are done anew. */
export function withoutWait<J extends Pick<Job, "waitedFor">>(job: J): Omit<J, "waitedFor"> {
  const { waitedFor: _wait, ...rest } = job;
  return rest;
}
