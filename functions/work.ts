import { app } from "@azure/functions";
import { createPoisonReader } from "../src/jobs/poison.ts";
import { createWorker } from "../src/jobs/worker.ts";
import { millrace } from "../src/main.ts";

/** One trigger for each queue of the `JOB_QUEUES` setting, and one for where the host puts what it gave up. */
Object.entries(millrace.settings.JOB_QUEUES).forEach(([capability, queueName]) => {
  const source = { capability, queue: millrace.storage.queue(queueName) };
  const connection = "AzureWebJobsStorage";
  app.storageQueue(`work-${capability}`, { queueName, connection, handler: createWorker(millrace, source) });
  app.storageQueue(`poison-${capability}`, {
    queueName: `${queueName}-poison`,
    connection,
    handler: createPoisonReader(millrace, source),
  });
});
