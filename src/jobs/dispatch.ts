import type { Envelope } from "../contract/envelope.ts";
import type { PutOptions, Queue } from "../platform/queues.ts";
import type { ProfileRegistry } from "../profiles/registry.ts";
import type { Job } from "./job.ts";

/** Rings for a job: puts a message that names it on its capability's queue. @throws MillraceError STORAGE_UNAVAILABLE */
export type Dispatch = (job: Job, options?: PutOptions) => Promise<void>;

export interface DispatchOptions {
  readonly profiles: ProfileRegistry;
  /** The queue of a capability. */
  readonly queueOf: (capability: string) => Queue;
}

export function createDispatch({ profiles, queueOf }: DispatchOptions): Dispatch {
  return async (job, options) => {
    await queueOf(profiles.require(job.jobType).capability).put(JSON.stringify(envelopeOf(job)), options);
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
