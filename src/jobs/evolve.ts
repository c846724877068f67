import { InvariantError } from "../platform/errors.ts";
import type { Artifact, Content, Job, JobError, Progress, StepRecord, Usage } from "./job.ts";
import { nextPhase } from "./lifecycle.ts";
import type { JobEventType, PhasesAccepting } from "./lifecycle.ts";

/** What the worker's events tell of the work. */
interface Work {
  readonly steps: readonly StepRecord[];
  /** Of all attempts; what is known already stays when there is none. */
  readonly usage?: Usage | undefined;
}

interface EventData {
  /** Its message was put once more. */
  redispatched: object;
  claimed: { readonly claimId: string; readonly leaseUntil: Date };
  progressed: Work & { readonly leaseUntil: Date; readonly progress: Progress };
  /** Its worker's lease has run out, and nobody took it since. */
  lapsed: object;
  /** `counted`: whether the attempt that failed stays in the count. */
  requeued: Work & { readonly error: JobError; readonly retryAt: Date; readonly counted: boolean };
  released: Work & { readonly counted: boolean };
  completed: Work & { readonly result: Content; readonly artifacts: readonly Artifact[] };
  gaveUp: Partial<Work> & { readonly error: JobError };
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
      const progress = forward(job.progress, event.progress);
      return { ...(job as JobAccepting<"progressed">), ...workOf(event), leaseUntil: event.leaseUntil, progress };
    }
    case "lapsed": {
      const lastError = { code: "WORKER_LOST", message: "The worker gave no sign of life" } as const;
      const steps = broken(job.steps, now);
      return { ...putBack(job as JobAccepting<"lapsed">, { steps, counted: true }, now), lastError };
    }
    case "requeued":
      return {
        ...putBack(job as JobAccepting<"requeued">, event, now),
        retryAt: event.retryAt,
        lastError: event.error,
      };
    case "released":
      return putBack(job as JobAccepting<"released">, event, now);
    case "completed":
      return completed(job as JobAccepting<"completed">, event, now);
    case "gaveUp":
      return gaveUp(job as JobAccepting<"gaveUp">, event, now);
  }
}

function workOf({ steps, usage }: Work): Pick<Job, "steps" | "usage"> {
  return { steps: [...steps], ...(usage && { usage }) };
}

/** A later attempt begins its steps anew; who watches sees no step back. */
function forward(before: Progress, next: Progress): Progress {
  return { ...next, fraction: Math.max(before.fraction, next.fraction) };
}

type QueuedJob = Extract<Job, { phase: "queued" }>;

/** Back in the queue. An attempt that is not to count is taken out of the count by the worker that had it counted. */
function putBack(
  { claimId: _claim, leaseUntil: _lease, ...job }: JobAccepting<"requeued">,
  event: Work & { readonly counted: boolean },
  now: Date,
): QueuedJob {
  const count = event.counted ? {} : { attempt: job.attempt - 1, uncounted: (job.uncounted ?? 0) + 1 };
  return { ...job, ...workOf(event), ...count, phase: "queued", enqueuedAt: now };
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
    ...workOf(event),
    steps: withoutCheckpoints(event.steps),
    result: event.result,
    artifacts: [...event.artifacts],
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
    ...(event.usage && { usage: event.usage }),
    steps: withoutCheckpoints(event.steps ?? broken(job.steps, now)),
  };
}

/** No later attempt needs them, and their blobs go. */
function withoutCheckpoints(steps: readonly StepRecord[]): StepRecord[] {
  return steps.map(({ checkpoint: _, ...step }) => step);
}

/** The steps of an attempt that never said how it ended: what was at work then has failed. */
function broken(steps: readonly StepRecord[], now: Date): StepRecord[] {
  return steps.map((step) => (step.status === "running" ? { ...step, status: "failed", endedAt: now } : step));
}
