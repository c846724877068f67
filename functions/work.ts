import { app } from "@azure/functions";
import { createPoisonReader } from "../src/jobs/work/poison.ts";
import { createWorker, openWorkSource } from "../src/jobs/work/worker.ts";
import { millrace } from "../src/main.ts";
import { jobQueues } from "../src/platform/queue-table.ts";

/** One trigger for each queue that jobs travel through, and one for where the host puts what it gave up. */
jobQueues(millrace.settings.JOB_QUEUES).forEach((jobQueue) => {
  const source = openWorkSource(millrace.storage, jobQueue);
  const connection = "AzureWebJobsStorage";
  app.storageQueue(`work-${jobQueue.id}`, {
    queueName: jobQueue.name,
    connection,
    handler: createWorker(millrace, source),
  });
  app.storageQueue(`poison-${jobQueue.id}`, {
    queueName: jobQueue.poison,
    connection,
    handler: createPoisonReader(millrace, source),
  });
});
