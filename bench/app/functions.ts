import { app } from "@azure/functions";
import { createApp } from "../../src/app.ts";
import { createBatchReceiver } from "../../src/batches/receive-batch-message.ts";
import { httpFunctionOf } from "../../src/http/http-function.ts";
import { ROUTES } from "../../src/http/routes.ts";
import { createWorker } from "../../src/jobs/work/worker.ts";
import { readSettings } from "../../src/platform/settings.ts";
import { plainProfile } from "./plain-profile.ts";

/**
 * The product with one job type, which costs nothing of its own: what is counted or timed is the way of a job, not its
 * work. No supervisor, so that nothing runs that the bench did not ask for.
 */
const QUEUE = "job-requests";

const bench = createApp(readSettings(), [plainProfile]);

app.hook.appStart(async () => bench.storage.prepare());

ROUTES.forEach((route) => {
  app.http(route.name, httpFunctionOf(bench, route));
});

app.storageQueue("work-documents", {
  queueName: QUEUE,
  connection: "AzureWebJobsStorage",
  handler: createWorker(bench, { capability: "documents", priority: "normal", queue: bench.storage.queue(QUEUE) }),
});

app.storageQueue("batches", {
  queueName: bench.settings.BATCH_QUEUE,
  connection: "AzureWebJobsStorage",
  handler: createBatchReceiver(bench),
});
