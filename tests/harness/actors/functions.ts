import type { App } from "../../../src/app.ts";
import { createWorker } from "../../../src/jobs/worker.ts";
import type { LogSink } from "../../../src/platform/log.ts";

/** The queue that all jobs of a run travel through. */
export const QUEUE_NAME = "job-requests";

export type QueueFunction = (message: unknown, sink: LogSink) => Promise<void>;

/** What `functions/work.ts` gives the host for this queue. */
export function createWorkFunction(app: App): QueueFunction {
  return createWorker(app, app.storage.queue(`${QUEUE_NAME}-poison`));
}

/** One pass of the supervisor, as its timer makes it. */
export type Supervise = (app: App, sink: LogSink) => Promise<unknown>;

/**
 * What `functions/supervise.ts` gives the host; the product has none yet. Without one, a job whose message is gone for
 * good stays as it is: so faults that lose messages are left out, and only jobs that a client was told of must end.
 */
export const supervise: Supervise | undefined = undefined;
