import type { App } from "../../../src/app.ts";
import { superviseJobs } from "../../../src/jobs/supervise.ts";
import { createWorker } from "../../../src/jobs/worker.ts";
import type { LogSink } from "../../../src/platform/log.ts";

/** The queue that all jobs of a run travel through. */
export const QUEUE_NAME = "job-requests";

export type QueueFunction = (message: unknown, sink: LogSink) => Promise<void>;

/** What `functions/work.ts` gives the host for this queue. */
export function createWorkFunction(app: App): QueueFunction {
  return createWorker(app, { capability: "documents", queue: app.storage.queue(QUEUE_NAME) });
}

/** One pass of the supervisor, as its timer makes it. */
export type Supervise = (app: App, sink: LogSink) => Promise<unknown>;

/** What `functions/supervise.ts` gives the host. Without one, a job whose message is gone for good would stay as it is. */
export const supervise: Supervise | undefined = async (app, sink) => superviseJobs(app, sink);
