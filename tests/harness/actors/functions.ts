import type { App } from "../../../src/app.ts";
import { createPoisonReader } from "../../../src/jobs/poison.ts";
import { superviseJobs } from "../../../src/jobs/supervise.ts";
import { createWorker } from "../../../src/jobs/worker.ts";
import type { LogSink } from "../../../src/platform/log.ts";

/** The queue that all jobs of a run travel through. */
export const QUEUE_NAME = "job-requests";
/** Where the host puts what it gave up. */
export const POISON_QUEUE_NAME = `${QUEUE_NAME}-poison`;

export type QueueFunction = (message: unknown, sink: LogSink) => Promise<void>;

/** What `functions/work.ts` gives the host for each of its queues. */
export function createQueueFunctions(app: App): Readonly<Record<string, QueueFunction>> {
  const source = { capability: "documents", priority: "normal", queue: app.storage.queue(QUEUE_NAME) } as const;
  return { [QUEUE_NAME]: createWorker(app, source), [POISON_QUEUE_NAME]: createPoisonReader(app, source) };
}

/** One pass of the supervisor, as its timer makes it. */
export type Supervise = (app: App, sink: LogSink) => Promise<unknown>;

/** What `functions/supervise.ts` gives the host. Without one, a job whose message is gone for good would stay as it is. */
export const supervise: Supervise | undefined = async (app, sink) => superviseJobs(app, sink);
