import type { Envelope } from "../../contract/envelope.ts";
import type { QueueOf } from "../../platform/queue-table.ts";
import type { PutOptions } from "../../platform/queues.ts";
import type { ProfileRegistry } from "../../profiles/registry.ts";
import type { Job } from "../life/job.ts";

/**
 * Rings for a job: puts a message that names it on the queue of its capability and priority.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export type Dispatch = (job: Job, options?: PutOptions) => Promise<void>;

export interface DispatchOptions {
  readonly profiles: ProfileRegistry;
  readonly queueOf: QueueOf;
}

export function createDispatch({ profiles, queueOf }: DispatchOptions): Dispatch {
  return async (job, options) => {
    const { capability } = profiles.require(job.jobType);
    await queueOf({ capability, priority: job.priority }).put(JSON.stringify(envelopeOf(job)), options);
  };
}

/** The message that rings for a job. */
export function envelopeOf(job: Job): Envelope {
  return {
    schema: 1,
    workspace_id: job.workspaceId,
    job_id: job.jobId,
    operation_id: job.operationId,
    job_type: job.jobType,
    enqueued_at: job.enqueuedAt.toISOString(),
    traceparent: job.traceparent,
  };
}
