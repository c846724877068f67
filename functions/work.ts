import { app } from "@azure/functions";
import { createWorker } from "../src/jobs/worker.ts";
import { millrace } from "../src/main.ts";

/** One trigger for each queue of the `JOB_QUEUES` setting. */
Object.entries(millrace.settings.JOB_QUEUES).forEach(([capability, queueName]) => {
  app.storageQueue(`work-${capability}`, {
    queueName,
    connection: "AzureWebJobsStorage",
    handler: createWorker(millrace, millrace.storage.queue(`${queueName}-poison`)),
  });
});
