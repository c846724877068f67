import { app } from "@azure/functions";
import { superviseJobs } from "../src/jobs/supervision/supervise.ts";
import { millrace } from "../src/main.ts";

/** The host runs a timer on one instance at a time; if it ever runs on two, no harm is done. */
app.timer("supervise", {
  schedule: millrace.settings.SUPERVISE_SCHEDULE,
  handler: async (_timer, context) => {
    await superviseJobs(millrace, context);
  },
});
