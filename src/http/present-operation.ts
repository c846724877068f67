import type { JobStatus, OperationView } from "../contract/job-view.ts";
import type { FoundOperation } from "../jobs/find-operation.ts";
import type { JobError } from "../jobs/life/job.ts";
import { STATUS_OF } from "../jobs/life/lifecycle.ts";
import { jobUrl } from "./present-job.ts";

/** Azure's words for the states of a job. */
const WORDS = {
  accepted: "NotStarted",
  running: "Running",
  completed: "Succeeded",
  failed: "Failed",
  cancelled: "Canceled",
} as const satisfies Record<JobStatus, OperationView["status"]>;

/** An operation as `@azure/core-lro` reads it. */
export function presentOperation(operation: FoundOperation, origin: string): OperationView {
  const { job, end } = operation;
  const error = errorOf(operation);
  return {
    id: end?.operationId ?? job.operationId,
    status: WORDS[STATUS_OF[end?.to ?? job.phase]],
    ...(error && { error: { code: error.code, message: error.message } }),
    resourceLocation: jobUrl(origin, job.jobId),
  };
}

function errorOf({ job, end }: FoundOperation): JobError | undefined {
  if (end) return end.error;
  return job.phase === "failed" ? job.error : undefined;
}
