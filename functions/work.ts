import { app } from "@azure/functions";
import { withOrchestrations } from "../src/app.ts";
import { createPoisonReader } from "../src/jobs/work/poison.ts";
import { createWorker, openWorkSource } from "../src/jobs/work/worker.ts";
import { millrace } from "../src/main.ts";
import { TASK_HUB, orchestrationsOf } from "../src/platform/orchestrations.ts";
import { jobQueues } from "../src/platform/queue-table.ts";

/** One trigger for each queue that jobs travel through, and one for where the host puts what it gave up. */
jobQueues(millrace.settings.JOB_QUEUES).forEach((jobQueue) => {
  const source = openWorkSource(millrace.storage, jobQueue);
  const connection = "AzureWebJobsStorage";
  app.storageQueue(`work-${jobQueue.id}`, {
    queueName: jobQueue.name,
    connection,
    extraInputs: [TASK_HUB],
    handler: async (message, context) =>
      createWorker(withOrchestrations(millrace, orchestrationsOf(context)), source)(message, context),
  });
  app.storageQueue(`poison-${jobQueue.id}`, {
    queueName: jobQueue.poison,
    connection,
    handler: createPoisonReader(millrace, source),
  });
});
