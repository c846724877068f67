import { InvariantError } from "../platform/errors.ts";
import type { Artifact, Content, Job, JobError, Progress, StepRecord, Usage } from "./job.ts";
import { nextPhase } from "./lifecycle.ts";
import type { JobEventType, PhasesAccepting } from "./lifecycle.ts";

interface EventData {
  /** Its message was put once more. */
  redispatched: object;
  claimed: { readonly claimId: string; readonly leaseUntil: Date };
  progressed: { readonly leaseUntil: Date; readonly progress: Progress; readonly steps: readonly StepRecord[] };
  /** Its worker's lease has run out, and nobody took it since. */
  lapsed: object;
  requeued: { readonly error: JobError; readonly steps: readonly StepRecord[]; readonly retryAt: Date };
  completed: {
    readonly result: Content;
    readonly artifacts: readonly Artifact[];
    readonly steps: readonly StepRecord[];
    readonly usage: Usage | undefined;
  };
  gaveUp: { readonly error: JobError; readonly steps?: readonly StepRecord[] };
}

/** Something that happened to a job. */
export type JobEvent = { [E in JobEventType]: { readonly type: E } & EventData[E] }[JobEventType];

type JobAccepting<E extends JobEventType> = Extract<Job, { phase: PhasesAccepting<E> }>;

/**
 * The job after the event: a pure function, and the only way a job changes.
 *
 * @throws InvariantError when the event is illegal in the job's phase: callers ask `nextPhase` first, where it can be
 */
export function evolve(job: Job, event: JobEvent, now: Date): Job {
  if (!nextPhase(job.phase, event.type))
    throw new InvariantError("9f1c3a6e", `Cannot apply "${event.type}" to job "${job.jobId}": it is "${job.phase}"`);
  return { ...change(job, event, now), version: job.version + 1, updatedAt: now };
}

function change(job: Job, event: JobEvent, now: Date): Job {
  switch (event.type) {
    case "redispatched": {
      const { redispatches = 0, ...rest } = job as JobAccepting<"redispatched">;
      return { ...rest, redispatches: redispatches + 1, enqueuedAt: now };
    }
    case "claimed":
      return claimed(job as JobAccepting<"claimed">, event, now);
    case "progressed": {
      const { type: _, ...data } = event;
      return { ...(job as JobAccepting<"progressed">), ...data, steps: [...event.steps] };
    }
    case "lapsed": {
      const { claimId: _claim, leaseUntil: _lease, ...rest } = job as JobAccepting<"lapsed">;
      const lastError = { code: "WORKER_LOST", message: "The worker gave no sign of life" } as const;
      return { ...rest, phase: "queued", lastError, steps: broken(job.steps, now), enqueuedAt: now };
    }
    case "requeued": {
      const { claimId: _claim, leaseUntil: _lease, ...rest } = job as JobAccepting<"requeued">;
      const steps = [...event.steps];
      return { ...rest, phase: "queued", retryAt: event.retryAt, lastError: event.error, steps, enqueuedAt: now };
    }
    case "completed":
      return completed(job as JobAccepting<"completed">, event, now);
    case "gaveUp":
      return gaveUp(job as JobAccepting<"gaveUp">, event, now);
  }
}

function claimed(job: JobAccepting<"claimed">, event: Extract<JobEvent, { type: "claimed" }>, now: Date): Job {
  const { retryAt: _retry, redispatches: _count, ...rest } = { retryAt: undefined, redispatches: undefined, ...job };
  return {
    ...rest,
    phase: "processing",
    claimId: event.claimId,
    leaseUntil: event.leaseUntil,
    attempt: job.attempt + 1,
    startedAt: job.startedAt ?? now,
  };
}

function completed(job: JobAccepting<"completed">, event: Extract<JobEvent, { type: "completed" }>, now: Date): Job {
  const { claimId: _claim, leaseUntil: _lease, ...rest } = job;
  return {
    ...rest,
    phase: "done",
    endedAt: now,
    progress: { fraction: 1 },
    steps: [...event.steps],
    result: event.result,
    artifacts: [...event.artifacts],
    usage: event.usage,
  };
}

function gaveUp(job: JobAccepting<"gaveUp">, event: Extract<JobEvent, { type: "gaveUp" }>, now: Date): Job {
  const {
    claimId: _claim,
    leaseUntil: _lease,
    retryAt: _retry,
    redispatches: _count,
    ...rest
  } = {
    claimId: undefined,
    leaseUntil: undefined,
    retryAt: undefined,
    redispatches: undefined,
    ...job,
  };
  return {
    ...rest,
    phase: "failed",
    endedAt: now,
    error: event.error,
    steps: [...(event.steps ?? broken(job.steps, now))],
  };
}

/** The steps of an attempt that never said how it ended: what was at work then has failed. */
function broken(steps: readonly StepRecord[], now: Date): StepRecord[] {
  return steps.map((step) => (step.status === "running" ? { ...step, status: "failed", endedAt: now } : step));
}
