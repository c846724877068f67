import { app } from "@azure/functions";
import * as df from "durable-functions";
import { createApp, withOrchestrations } from "../../src/app.ts";
import { createBatchReceiver } from "../../src/batches/receive-batch-message.ts";
import { httpFunctionOf } from "../../src/http/http-function.ts";
import { ROUTES } from "../../src/http/routes.ts";
import { runJob } from "../../src/jobs/orchestration/orchestrators/run-job.ts";
import { runLane } from "../../src/jobs/orchestration/orchestrators/run-lane.ts";
import { RUN_JOB, RUN_LANE, RUN_STEP } from "../../src/jobs/orchestration/plan.ts";
import type { StepCall } from "../../src/jobs/orchestration/plan.ts";
import { runStep } from "../../src/jobs/orchestration/run-step.ts";
import { createWorker } from "../../src/jobs/work/worker.ts";
import { TASK_HUB, orchestrationsOf } from "../../src/platform/orchestrations.ts";
import { readSettings } from "../../src/platform/settings.ts";
import { plainProfile } from "./plain-profile.ts";
import { fanOut, ledSteps, queueSteps } from "./step-profiles.ts";

/**
 * The product with job types that cost nothing of their own: what is counted or timed is the way of a job, not its
 * work. No supervisor, so that nothing runs that the bench did not ask for.
 */
const QUEUE = "job-requests";

const bench = createApp(readSettings(), [plainProfile, queueSteps, ledSteps, fanOut]);

app.hook.appStart(async () => bench.storage.prepare());

ROUTES.forEach((route) => {
  app.http(route.name, httpFunctionOf(bench, route));
});

const source = { capability: "documents", priority: "normal", queue: bench.storage.queue(QUEUE) } as const;

app.storageQueue("work-documents", {
  queueName: QUEUE,
  connection: "AzureWebJobsStorage",
  extraInputs: [TASK_HUB],
  handler: async (message, context) =>
    createWorker(withOrchestrations(bench, orchestrationsOf(context)), source)(message, context),
});

df.app.orchestration(RUN_JOB, runJob);
df.app.orchestration(RUN_LANE, runLane);
df.app.activity(RUN_STEP, { handler: async (call: StepCall, context) => runStep(bench, call, context) });

app.storageQueue("batches", {
  queueName: bench.settings.BATCH_QUEUE,
  connection: "AzureWebJobsStorage",
  handler: createBatchReceiver(bench),
});
