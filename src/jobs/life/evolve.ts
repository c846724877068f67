import { daysAfter } from "../../platform/clock.ts";
import { InvariantError } from "../../platform/errors.ts";
import { waitingJob, withAnswer, withVote, withoutWait } from "./evolve-waits.ts";
import { formerOf } from "./former.ts";
import type { JobEvent, Work } from "./job-event.ts";
import type { FailedJob, Job, Progress, StepRecord } from "./job.ts";
import { letGo } from "./let-go.ts";
import { nextPhase } from "./lifecycle.ts";
import type { JobEventType, PhasesAccepting } from "./lifecycle.ts";
import { tellTransition } from "./tell-transition.ts";
import { nextToUndo, undoOf } from "./undo.ts";
import type { Did } from "./undo.ts";

type JobAccepting<E extends JobEventType> = Extract<Job, { phase: PhasesAccepting<E> }>;

/**
 * The job after the event: a pure function, and the only way a job changes.
 *
 * @throws InvariantError when the event is illegal in the job's phase: callers ask `nextPhase` first, where it can be
 */
export function evolve(job: Job, event: JobEvent, now: Date): Job {
  if (!nextPhase(job.phase, event.type))
    throw new InvariantError("9f1c3a6e", `Cannot apply "${event.type}" to job "${job.jobId}": it is "${job.phase}"`);
  const version = job.version + 1;
  const change = CHANGES[event.type] as (...args: readonly [Job, JobEvent, Date]) => Job;
  return { ...change(job, event, now), version, updatedAt: now, last: tellTransition(job, event, version) };
}

type Change<E extends JobEventType> = (
  job: JobAccepting<E>,
  event: Extract<JobEvent, { readonly type: E }>,
  now: Date,
) => Job;

const CHANGES: { readonly [E in JobEventType]: Change<E> } = {
  redispatched: ({ redispatches = 0, ...rest }, _, now) => ({
    ...rest,
    redispatches: redispatches + 1,
    enqueuedAt: now,
  }),
  met: (job, { outdatedSince }) => ({ ...job, outdatedSince }),
  claimed,
  progressed: (job, event, now) => ({
    ...job,
    ...workOf(event),
    leaseUntil: event.leaseUntil,
    progress: forward(job.progress, event.progress),
    ...(event.progress.fraction > job.progress.fraction && { movedAt: now }),
  }),
  suspended: (job, { waitingFor, leaseUntil, steps, usage }) => ({
    ...waitingJob(job, waitingFor),
    ...(steps && workOf({ steps, usage })),
    leaseUntil,
  }),
  decided: (job, { vote }) => withVote(job, vote),
  answered: (job, { answer }) => withAnswer(job, answer),
  resumed: ({ waitingFor: _, ...job }, event, now) => ({
    ...job,
    ...workOf(event),
    phase: "processing",
    leaseUntil: event.leaseUntil,
    movedAt: now,
  }),
  seen: (job, { type: _, ...seen }) => ({ ...job, ...seen }),
  stumbled: (job, event, now) => ({
    ...job,
    ...workOf(event),
    leaseUntil: event.leaseUntil,
    firstFailedAt: job.firstFailedAt ?? now,
    lastError: event.error,
  }),
  lapsed: (job, _, now) => ({
    ...putBack(job, { steps: broken(job.steps, now), counted: true }, now),
    ...(job.phase === "waiting" && { waitedFor: job.waitingFor }),
    firstFailedAt: job.firstFailedAt ?? now,
    lastError: { code: "WORKER_LOST", message: "The worker gave no sign of life" },
  }),
  requeued: (job, event, now) => ({
    ...putBack(job, event, now),
    retryAt: event.retryAt,
    firstFailedAt: job.firstFailedAt ?? now,
    lastError: event.error,
  }),
  released: (job, event, now) => withoutWait(putBack(job, event, now)),
  completed,
  gaveUp,
  cancelled: (job, event, now) => ({
    ...left(job, now),
    phase: "cancelled",
    ...badlyEnded({ ...job, steps: broken(job.steps, now) }, event),
  }),
  undone: (job, { undo }) => ({
    ...job,
    undo: [...undo],
    ...(!nextToUndo(undo) && allWithoutCheckpoints(job)),
  }),
  regenerated,
};

function workOf({ steps, usage }: Work): Pick<Job, "steps" | "usage"> {
  return { steps: [...steps], ...(usage && { usage }) };
}

/** A later attempt begins its steps anew; who watches sees no step back. */
function forward(before: Progress, next: Progress): Progress {
  return { ...next, fraction: Math.max(before.fraction, next.fraction) };
}

type QueuedJob = Extract<Job, { phase: "queued" }>;

/** Back in the queue. An attempt that is not to count is taken out of the count by the worker that had it counted. */
function putBack(job: JobAccepting<"lapsed">, event: Work & { readonly counted: boolean }, now: Date): QueuedJob {
  const count = event.counted ? {} : { attempt: job.attempt - 1, uncounted: (job.uncounted ?? 0) + 1 };
  return { ...letGo(job), ...workOf(event), ...count, phase: "queued", enqueuedAt: now };
}

function claimed(job: JobAccepting<"claimed">, event: Extract<JobEvent, { type: "claimed" }>, now: Date): Job {
  const free = letGo(job);
  return {
    ...(event.plan?.profileVersion === job.profileVersion ? free : withoutWait(free)),
    phase: "processing",
    claimId: event.claimId,
    leaseUntil: event.leaseUntil,
    ...(event.plan && goingBy(event.plan, job)),
    attempt: job.attempt + 1,
    startedAt: job.startedAt ?? now,
    movedAt: now,
  };
}

/** Steps of another version may mean something else: then none has been done, but what was can have to be taken back. */
function goingBy(
  { instanceId, profileVersion, stepNames }: NonNullable<Extract<JobEvent, { type: "claimed" }>["plan"]>,
  job: Job,
): Partial<Pick<Job, "profileVersion" | "steps" | "former">> & { readonly instanceId?: string } {
  const led = instanceId === undefined ? {} : { instanceId };
  if (profileVersion === job.profileVersion) return led;
  return { ...led, ...formerOf(job), profileVersion, steps: newSteps(stepNames) };
}

function newSteps(names: readonly string[]): StepRecord[] {
  return names.map((name) => ({ name, status: "pending", attempt: 0 }));
}

function completed(job: JobAccepting<"completed">, event: Extract<JobEvent, { type: "completed" }>, now: Date): Job {
  const { former: _, ...ended } = left(job, now);
  return {
    ...ended,
    phase: "done",
    startedAt: job.startedAt,
    progress: { fraction: 1 },
    ...workOf(event),
    steps: withoutCheckpoints(event.steps),
    result: event.result,
    artifacts: [...event.artifacts],
    ...(event.moreArtifacts && { moreArtifacts: event.moreArtifacts }),
  };
}

function gaveUp(job: JobAccepting<"gaveUp">, event: Extract<JobEvent, { type: "gaveUp" }>, now: Date): Job {
  return {
    ...left(job, now),
    phase: "failed",
    expiresAt: daysAfter(now, job.retention.failedDays),
    firstFailedAt: job.firstFailedAt ?? now,
    error: event.error,
    ...(event.usage && { usage: event.usage }),
    ...badlyEnded({ ...job, steps: [...(event.steps ?? broken(job.steps, now))] }, event),
  };
}

type Ended = Omit<Extract<Job, { phase: "cancelled" }>, "phase">;

/** A job that has ended: nothing is due but the end of its record, and nobody holds it. */
function left(job: JobAccepting<"cancelled">, now: Date): Ended {
  return { ...withoutWait(letGo(job)), endedAt: now, expiresAt: daysAfter(now, job.retention.days) };
}

/** The job begins anew: of the operation before stays what says which job it is, and the history. */
function regenerated(
  job: JobAccepting<"regenerated">,
  event: Extract<JobEvent, { type: "regenerated" }>,
  now: Date,
): Job {
  const { submittedBy = job.submittedBy } = event;
  return {
    phase: "queued",
    workspaceId: job.workspaceId,
    jobId: job.jobId,
    operationId: event.operationId,
    operations: job.operations + 1,
    ...(event.operationKey && { operationKey: event.operationKey }),
    jobType: job.jobType,
    profileVersion: event.profileVersion,
    mode: job.mode,
    priority: job.priority,
    ...(job.batch && { batch: job.batch }),
    ...(job.customerId && { customerId: job.customerId }),
    ...(submittedBy && { submittedBy }),
    ...(job.metadata && { metadata: job.metadata }),
    ...(job.tags && { tags: job.tags }),
    payload: event.payload,
    traceparent: event.traceparent,
    ...(job.keyDigest && { keyDigest: job.keyDigest }),
    retention: job.retention,
    version: job.version,
    last: job.last,
    attempt: 0,
    maxAttempts: event.maxAttempts,
    progress: { fraction: 0 },
    steps: newSteps(event.stepNames),
    createdAt: job.createdAt,
    acceptedAt: now,
    enqueuedAt: now,
    updatedAt: now,
  };
}

/** Checkpoints are of use beyond the end while there is something to take back: they say what was done. */
function badlyEnded(
  did: Did,
  { noticedBy }: { readonly noticedBy?: Date | undefined },
): Pick<FailedJob, "steps" | "undo"> {
  const undo = undoOf(did, noticedBy);
  return undo ? { steps: [...did.steps], undo } : { steps: withoutCheckpoints(did.steps) };
}

function allWithoutCheckpoints({ steps, former }: Job): Pick<Job, "steps" | "former"> {
  const before = former?.map((run) => ({ ...run, steps: withoutCheckpoints(run.steps) }));
  return { steps: withoutCheckpoints(steps), ...(before && { former: before }) };
}

/** No later attempt needs them, and their blobs go. */
function withoutCheckpoints(steps: readonly StepRecord[]): StepRecord[] {
  return steps.map(({ checkpoint: _, ...step }) => step);
}

/** The steps of an attempt that never said how it ended: what was at work then has failed. */
function broken(steps: readonly StepRecord[], now: Date): StepRecord[] {
  return steps.map((step) => (step.status === "running" ? { ...step, status: "failed", endedAt: now } : step));
}
