// The product's functions, as in functions/, over a job type that runs quickly and makes every kind of call.
import { app } from "@azure/functions";
import { createApp } from "../../../../../src/app.ts";
import { createHandler } from "../../../../../src/http/handler.ts";
import { AUTH_LEVEL_OF, registeredMethods } from "../../../../../src/http/route.ts";
import { ROUTES } from "../../../../../src/http/routes.ts";
import { superviseJobs } from "../../../../../src/jobs/supervision/supervise.ts";
import { createPoisonReader } from "../../../../../src/jobs/work/poison.ts";
import { createWorker } from "../../../../../src/jobs/work/worker.ts";
import { followSignals } from "../../../../../src/platform/follow-signals.ts";
import { readSettings } from "../../../../../src/platform/settings.ts";
import { JOB_TYPE } from "../../job-type.ts";

const millrace = createApp(readSettings(), [JOB_TYPE]);
followSignals(millrace.shutdown);

app.hook.appStart(async () => {
  await millrace.storage.prepare();
});

app.hook.appTerminate(async () => {
  await millrace.shutdown.begin({ graceMs: 0 });
});

ROUTES.forEach((route) => {
  app.http(route.name, {
    methods: registeredMethods(route),
    route: route.path,
    authLevel: AUTH_LEVEL_OF[route.access],
    handler: createHandler(millrace, route),
  });
});

Object.entries(millrace.settings.JOB_QUEUES).forEach(([capability, queueName]) => {
  const source = { capability, priority: "normal" as const, queue: millrace.storage.queue(queueName) };
  const connection = "AzureWebJobsStorage";
  app.storageQueue(`work-${capability}`, { queueName, connection, handler: createWorker(millrace, source) });
  app.storageQueue(`poison-${capability}`, {
    queueName: `${queueName}-poison`,
    connection,
    handler: createPoisonReader(millrace, source),
  });
});

app.timer("supervise", {
  schedule: millrace.settings.SUPERVISE_SCHEDULE,
  handler: async (_timer, context) => {
    await superviseJobs(millrace, context);
  },
});
