// The product's functions, as in functions/, over a job type that runs quickly and makes every kind of call.
import { app } from "@azure/functions";
import { createApp } from "../../../../../src/app.ts";
import { createBatchReceiver } from "../../../../../src/batches/receive-batch-message.ts";
import { httpFunctionOf } from "../../../../../src/http/http-function.ts";
import { ROUTES } from "../../../../../src/http/routes.ts";
import { superviseJobs } from "../../../../../src/jobs/supervision/supervise.ts";
import { createPoisonReader } from "../../../../../src/jobs/work/poison.ts";
import { createWorker, openWorkSource } from "../../../../../src/jobs/work/worker.ts";
import { followSignals } from "../../../../../src/platform/follow-signals.ts";
import { jobQueues } from "../../../../../src/platform/queue-table.ts";
import { readSettings } from "../../../../../src/platform/settings.ts";
import { createEchoType } from "../../../batches/echo-type.ts";
import { JOB_TYPE } from "../../job-type.ts";

const millrace = createApp(readSettings(), [JOB_TYPE, createEchoType()]);
followSignals(millrace.shutdown);

app.hook.appStart(async () => {
  await millrace.storage.prepare();
});

app.hook.appTerminate(async () => {
  await millrace.shutdown.begin({ graceMs: 0 });
});

ROUTES.forEach((route) => {
  app.http(route.name, httpFunctionOf(millrace, route));
});

jobQueues(millrace.settings.JOB_QUEUES).forEach((jobQueue) => {
  const source = openWorkSource(millrace.storage, jobQueue);
  const { id, name, poison } = jobQueue;
  const connection = "AzureWebJobsStorage";
  app.storageQueue(`work-${id}`, { queueName: name, connection, handler: createWorker(millrace, source) });
  app.storageQueue(`poison-${id}`, { queueName: poison, connection, handler: createPoisonReader(millrace, source) });
});

app.storageQueue("batches", {
  queueName: millrace.settings.BATCH_QUEUE,
  connection: "AzureWebJobsStorage",
  handler: createBatchReceiver(millrace),
});

app.timer("supervise", {
  schedule: millrace.settings.SUPERVISE_SCHEDULE,
  handler: async (_timer, context) => {
    await superviseJobs(millrace, context);
  },
});
