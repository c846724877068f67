import { app } from "@azure/functions";
import { createBatchPoisonReader, createBatchReceiver } from "../src/batches/receive-batch-message.ts";
import { millrace } from "../src/main.ts";
import { batchQueue } from "../src/platform/queue-table.ts";

const { id, name, poison } = batchQueue(millrace.settings.BATCH_QUEUE);
const connection = "AzureWebJobsStorage";

app.storageQueue(id, { queueName: name, connection, handler: createBatchReceiver(millrace) });
app.storageQueue(`poison-${id}`, { queueName: poison, connection, handler: createBatchPoisonReader(millrace) });
