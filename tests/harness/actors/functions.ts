import type { App } from "../../../src/app.ts";
import { createBatchPoisonReader, createBatchReceiver } from "../../../src/batches/receive-batch-message.ts";
import { superviseJobs } from "../../../src/jobs/supervision/supervise.ts";
import { createPoisonReader } from "../../../src/jobs/work/poison.ts";
import { createWorker, openWorkSource } from "../../../src/jobs/work/worker.ts";
import type { LogSink } from "../../../src/platform/log.ts";
import { batchQueue, jobQueues } from "../../../src/platform/queue-table.ts";
import { readSettings } from "../../../src/platform/settings.ts";
import { CONNECTION_STRING } from "../storage/account.ts";

/** What carries the jobs of a run: a queue for each priority. */
const QUEUE_TABLE = { documents: "job-requests" };

export const SETTINGS = readSettings({
  AzureWebJobsStorage: CONNECTION_STRING,
  OPENAI_API_KEY: "none",
  JOB_QUEUES: Object.entries(QUEUE_TABLE)
    .map((pair) => pair.join("="))
    .join(),
});

const BATCH_QUEUE = batchQueue(SETTINGS.BATCH_QUEUE);

/** All queues that the product needs, those included where the host puts what it gave up. */
export const QUEUE_NAMES: readonly string[] = [...jobQueues(QUEUE_TABLE), BATCH_QUEUE].flatMap(({ name, poison }) => [
  name,
  poison,
]);

export type QueueFunction = (message: unknown, sink: LogSink) => Promise<void>;

/** What `functions/work.ts` and `functions/batches.ts` give the host for each of their queues. */
export function createQueueFunctions(app: App): Readonly<Record<string, QueueFunction>> {
  const functions = jobQueues(QUEUE_TABLE).flatMap((jobQueue): [string, QueueFunction][] => {
    const source = openWorkSource(app.storage, jobQueue);
    return [
      [jobQueue.name, createWorker(app, source)],
      [jobQueue.poison, createPoisonReader(app, source)],
    ];
  });
  return {
    ...Object.fromEntries(functions),
    [BATCH_QUEUE.name]: createBatchReceiver(app),
    [BATCH_QUEUE.poison]: createBatchPoisonReader(app),
  };
}

/** One pass of the supervisor, as its timer makes it. */
export type Supervise = (app: App, sink: LogSink) => Promise<unknown>;

/** What `functions/supervise.ts` gives the host. Without one, a job whose message is gone for good would stay as it is. */
export const supervise: Supervise | undefined = async (app, sink) => superviseJobs(app, sink);
