import { app } from "@azure/functions";
import { withOrchestrations } from "../src/app.ts";
import { createBatchPoisonReader, createBatchReceiver } from "../src/batches/receive-batch-message.ts";
import { millrace } from "../src/main.ts";
import { TASK_HUB, orchestrationsOf } from "../src/platform/orchestrations.ts";
import { batchQueue } from "../src/platform/queue-table.ts";

const { id, name, poison } = batchQueue(millrace.settings.BATCH_QUEUE);
const connection = "AzureWebJobsStorage";

/** A batch that is stopped ends the orchestrations of its jobs. */
app.storageQueue(id, {
  queueName: name,
  connection,
  extraInputs: [TASK_HUB],
  handler: async (message, context) =>
    createBatchReceiver(withOrchestrations(millrace, orchestrationsOf(context)))(message, context),
});
app.storageQueue(`poison-${id}`, { queueName: poison, connection, handler: createBatchPoisonReader(millrace) });
