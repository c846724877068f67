import type { Envelope } from "../../contract/envelope.ts";
import { queueNameOf } from "../../platform/queue-table.ts";
import type { QueueTable } from "../../platform/queue-table.ts";
import type { PutOptions, Queue } from "../../platform/queues.ts";
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
  readonly queueTable: QueueTable;
  /** The queue of this name. */
  readonly queue: (name: string) => Queue;
}

export function createDispatch({ profiles, queueTable, queue }: DispatchOptions): Dispatch {
  return async (job, options) => {
    const { capability } = profiles.require(job.jobType);
    const name = queueNameOf(queueTable, { capability, priority: job.priority });
    await queue(name).put(JSON.stringify(envelopeOf(job)), options);
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
