import { traceIdOf } from "../../platform/trace.ts";
import type { Job } from "./job.ts";

/** What the log says of a job: ids that tie lines together, and why it is where it is. Nothing that a client sent in confidence. */
export function factsOf(job: Job): Readonly<Record<string, unknown>> {
  return {
    job_id: job.jobId,
    operation_id: job.operationId,
    job_type: job.jobType,
    customer_id: job.customerId,
    attempt: job.attempt,
    version: job.version,
    phase: job.phase,
    trace_id: traceIdOf(job.traceparent),
    ...(job.phase === "failed" && { code: job.error.code }),
    ...(job.phase === "queued" && { code: job.lastError?.code, retry_at: job.retryAt }),
  };
}
