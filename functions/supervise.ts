import { app } from "@azure/functions";
import { withOrchestrations } from "../src/app.ts";
import { superviseJobs } from "../src/jobs/supervision/supervise.ts";
import { millrace } from "../src/main.ts";
import { TASK_HUB, orchestrationsOf } from "../src/platform/orchestrations.ts";

/** The host runs a timer on one instance at a time; if it ever runs on two, no harm is done. */
app.timer("supervise", {
  schedule: millrace.settings.SUPERVISE_SCHEDULE,
  extraInputs: [TASK_HUB],
  handler: async (_timer, context) => {
    await superviseJobs(withOrchestrations(millrace, orchestrationsOf(context)), context);
  },
});
