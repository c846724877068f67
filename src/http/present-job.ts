import { ERROR_CODES } from "../contract/error-codes.ts";
import type { AcceptedView, JobErrorView, JobView, OperationView } from "../contract/job-view.ts";
import type { Job, StepRecord, Usage } from "../jobs/job.ts";
import { STATUS_OF } from "../jobs/lifecycle.ts";
import { deadLetterIdOf } from "../platform/ids.ts";
import { traceIdOf } from "../platform/trace.ts";

/** Seconds a client should let pass between two looks at a job. */
export const POLL_SECONDS = 1;

export function jobUrl(origin: string, jobId: string): string {
  return `${origin}/api/jobs/${jobId}`;
}

/** What 202 answers. The word is `accepted` even if a worker was faster: the answer is to the asking, not of the work. */
export function presentAccepted(job: Job, origin: string): AcceptedView {
  return {
    job_id: job.jobId,
    status: "accepted",
    status_url: jobUrl(origin, job.jobId),
    operation_id: job.operationId,
    job_type: job.jobType,
    created_at: job.createdAt.toISOString(),
    trace_id: traceIdOf(job.traceparent),
  };
}

/** The fields of `JobView` that wire names and code names differ by. `result` is what the job's steps returned. */
export function presentJob(job: Job, origin: string, result?: Readonly<Record<string, unknown>>): JobView {
  return omitUndefined({
    job_id: job.jobId,
    job_type: job.jobType,
    profile_version: job.profileVersion,
    workspace_id: job.workspaceId,
    customer_id: job.customerId,
    status: STATUS_OF[job.phase],
    phase: job.phase,
    mode: job.mode,
    priority: job.priority,
    sequence_key: job.sequence?.key,
    sequence: job.sequence?.number,
    operation_id: job.operationId,
    version: job.version,
    progress: job.progress,
    wait_reason: waitReason(job),
    steps: job.steps.map(presentStep),
    attempt: job.attempt,
    max_attempts: job.maxAttempts,
    result: job.phase === "done" && result ? presentResult(job, origin, result) : undefined,
    error: errorOf(job),
    dead_letter_id: job.phase === "failed" ? deadLetterIdOf(job.operationId, job.endedAt) : undefined,
    usage: job.usage && presentUsage(job.usage),
    metadata: job.metadata,
    tags: job.tags,
    ...presentTimes(job),
    trace_id: traceIdOf(job.traceparent),
    links: linksOf(jobUrl(origin, job.jobId)),
  }) as JobView;
}

function linksOf(self: string): JobView["links"] {
  return { self, cancel: `${self}/cancel`, result: `${self}/result`, history: `${self}/history` };
}

/** The profile's own fields, the recipe's `artifactUrl`, and every stored output with its address. */
export function presentResult(
  job: Extract<Job, { phase: "done" }>,
  origin: string,
  result: Readonly<Record<string, unknown>>,
): NonNullable<JobView["result"]> {
  const artifacts = job.artifacts.map(({ name, contentType, bytes }) => ({
    name,
    url: `${jobUrl(origin, job.jobId)}/artifacts/${name}`,
    content_type: contentType,
    bytes,
  }));
  return { ...result, artifactUrl: `${jobUrl(origin, job.jobId)}/artifacts/${job.jobId}.json`, artifacts };
}

/** The Azure words for the same states. */
export function presentOperation(job: Job, origin: string): OperationView {
  const words = {
    accepted: "NotStarted",
    running: "Running",
    completed: "Succeeded",
    failed: "Failed",
    cancelled: "Canceled",
  } as const satisfies Record<JobView["status"], OperationView["status"]>;
  return {
    id: job.operationId,
    status: words[STATUS_OF[job.phase]],
    ...(job.phase === "failed" && { error: { code: job.error.code, message: job.error.message } }),
    resourceLocation: jobUrl(origin, job.jobId),
  };
}

function presentTimes(job: Job): Partial<JobView> {
  const endedAt = "endedAt" in job ? job.endedAt : undefined;
  return {
    created_at: job.createdAt.toISOString(),
    enqueued_at: job.enqueuedAt.toISOString(),
    started_at: job.startedAt?.toISOString(),
    completed_at: endedAt?.toISOString(),
    updated_at: job.updatedAt.toISOString(),
    run_at: job.startAfter?.toISOString(),
    expires_at: ("expiresAt" in job ? job.expiresAt : job.startBefore)?.toISOString(),
    queue_wait_ms: job.startedAt && msBetween(beganWaitingAt(job), job.startedAt),
    processing_ms: job.startedAt && endedAt && msBetween(job.startedAt, endedAt),
  };
}

/** A job that is to start later does not wait until then. */
function beganWaitingAt({ acceptedAt, startAfter }: Job): Date {
  return startAfter && startAfter > acceptedAt ? startAfter : acceptedAt;
}

/** Never below 0: the two were read off the clocks of two machines. */
function msBetween(earlier: Date, later: Date): number {
  return Math.max(0, later.getTime() - earlier.getTime());
}

function presentStep({ name, status, attempt, startedAt, endedAt }: StepRecord): JobView["steps"][number] {
  return omitUndefined({
    name,
    status,
    attempt,
    started_at: startedAt?.toISOString(),
    ended_at: endedAt?.toISOString(),
  }) as JobView["steps"][number];
}

function presentUsage(usage: Usage): JobView["usage"] {
  return omitUndefined({
    model: usage.model,
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    calls: usage.calls,
    latency_ms: usage.latencyMs,
    estimated_cost_usd: usage.estimatedCostUsd,
    price_version: usage.priceVersion,
  }) as JobView["usage"];
}

/** Why a job failed. Why an attempt did, while the job is tried again, stands in `wait_reason`. */
function errorOf(job: Job): JobErrorView | undefined {
  if (job.phase !== "failed") return undefined;
  const { kind } = ERROR_CODES[job.error.code];
  return { ...job.error, kind, retryable: kind === "transient" };
}

function waitReason(job: Job): JobView["wait_reason"] {
  if (job.phase === "processing")
    return { code: "WORKING", text: `Attempt ${job.attempt} of ${job.maxAttempts} is at work` };
  if (job.phase !== "queued") return undefined;
  if (job.lastError)
    return {
      code: "RETRYING",
      text: `The last attempt failed: ${job.lastError.message}. Attempt ${job.attempt + 1} of ${job.maxAttempts} follows`,
      ...(job.retryAt && { eta: job.retryAt.toISOString() }),
    };
  return { code: "QUEUED", text: "Waiting for a worker" };
}

function omitUndefined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
