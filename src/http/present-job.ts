import { ERROR_CODES } from "../contract/error-codes.ts";
import type { AcceptedView, JobErrorView, JobView, UsageView } from "../contract/job-view.ts";
import { waitedSince } from "../jobs/life/due.ts";
import type { Artifact, Job, JobError, StepRecord, Usage } from "../jobs/life/job.ts";
import { STATUS_OF } from "../jobs/life/lifecycle.ts";
import { doneBy, undoOfJob } from "../jobs/life/undo.ts";
import { msBetween } from "../jobs/waits/durations.ts";
import type { WaitReason } from "../jobs/waits/wait-reason.ts";
import { deadLetterIdOf } from "../platform/ids.ts";
import { traceIdOf } from "../platform/trace.ts";
import { presentApproval } from "./present-approval.ts";

export function jobUrl(origin: string, jobId: string): string {
  return `${origin}/api/jobs/${jobId}`;
}

export function operationUrl(origin: string, operationId: string): string {
  return `${origin}/api/operations/${operationId}`;
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

interface Beside {
  /** Why the job has not ended. */
  readonly wait?: WaitReason | undefined;
  readonly returned?: Returned | undefined;
}

/** What a job's steps have come to. */
export interface Returned {
  readonly result: Readonly<Record<string, unknown>>;
  readonly artifacts: readonly Artifact[];
}

/** The fields of `JobView` that wire names and code names differ by, with what does not stand in the job itself. */
export function presentJob(job: Job, origin: string, { wait, returned }: Beside = {}): JobView {
  return omitUndefined({
    job_id: job.jobId,
    job_type: job.jobType,
    profile_version: job.profileVersion,
    workspace_id: job.workspaceId,
    customer_id: job.customerId,
    submitted_by: job.submittedBy,
    ...presentBatchItem(job),
    status: STATUS_OF[job.phase],
    phase: wait?.code === "STALLED" ? "stalled" : job.phase,
    mode: job.mode,
    priority: job.priority,
    sequence_key: job.sequence?.key,
    sequence: job.sequence?.number,
    operation_id: job.operationId,
    version: job.version,
    progress: job.progress,
    wait_reason: wait && presentWait(wait),
    approval: job.phase === "waiting" ? presentApproval(job.waitingFor) : undefined,
    steps: job.steps.map(presentStep),
    attempt: job.attempt,
    max_attempts: job.maxAttempts,
    result: job.phase === "done" && returned ? presentResult(job, origin, returned) : undefined,
    error: errorOf(job),
    compensation: compensationOf(job),
    dead_letter_id: job.phase === "failed" ? deadLetterIdOf(job.operationId, job.endedAt) : undefined,
    usage: job.usage && presentUsage(job.usage),
    metadata: job.metadata,
    tags: job.tags,
    ...presentTimes(job),
    trace_id: traceIdOf(job.traceparent),
    links: linksOf(jobUrl(origin, job.jobId)),
  }) as JobView;
}

function presentBatchItem({ batch }: Job): Pick<JobView, "batch_id" | "batch_key"> {
  return batch ? { batch_id: batch.batchId, batch_key: batch.key } : {};
}

function linksOf(self: string): JobView["links"] {
  return { self, cancel: `${self}/cancel`, result: `${self}/result`, history: `${self}/history` };
}

/** The profile's own fields, the recipe's `artifactUrl`, and every stored output with its address. */
export function presentResult(
  job: Job,
  origin: string,
  { result, artifacts: all }: Returned,
): NonNullable<JobView["result"]> {
  const artifacts = all.map(({ name, contentType, bytes }) => ({
    name,
    url: `${jobUrl(origin, job.jobId)}/artifacts/${name}`,
    content_type: contentType,
    bytes,
  }));
  return { ...result, artifactUrl: `${jobUrl(origin, job.jobId)}/artifacts/${job.jobId}.json`, artifacts };
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
    queue_wait_ms: job.startedAt && msBetween(waitedSince(job), job.startedAt),
    processing_ms: job.startedAt && endedAt && msBetween(job.startedAt, endedAt),
  };
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

export function presentUsage(usage: Usage): UsageView {
  return omitUndefined({
    model: usage.model,
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    calls: usage.calls,
    latency_ms: usage.latencyMs,
    estimated_cost_usd: usage.estimatedCostUsd,
    price_version: usage.priceVersion,
  }) as UsageView;
}

/** Why a job failed. Why an attempt did, while the job is tried again, stands in `wait_reason`. */
function errorOf(job: Job): JobErrorView | undefined {
  return job.phase === "failed" ? presentError(job.error) : undefined;
}

function compensationOf(job: Job): JobView["compensation"] {
  const undo = undoOfJob(job);
  if (undo.length === 0) return undefined;
  return undo.map(({ step, former, status, attempt, error }) => ({
    step,
    ...(former !== undefined && { profile_version: doneBy(job, { former }).profileVersion }),
    status,
    attempts: attempt,
    ...(error && { error }),
  }));
}

export function presentError(error: JobError): JobErrorView {
  const { kind } = ERROR_CODES[error.code];
  return { ...error, kind, retryable: kind === "transient" };
}

function presentWait({ code, text, eta }: WaitReason): JobView["wait_reason"] {
  return { code, text, ...(eta && { eta: eta.toISOString() }) };
}

export function omitUndefined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
