import { app } from "@azure/functions";
import { withOrchestrations } from "../src/app.ts";
import { millrace } from "../src/main.ts";
import { TASK_HUB, orchestrationsOf } from "../src/platform/orchestrations.ts";
import { tickSchedules } from "../src/schedules/tick-schedules.ts";

/** The host runs a timer on one instance at a time; if it ever runs on two, no harm is done. */
app.timer("tick-schedules", {
  schedule: millrace.settings.SCHEDULE_TICK,
  extraInputs: [TASK_HUB],
  handler: async (_timer, context) => {
    await tickSchedules(withOrchestrations(millrace, orchestrationsOf(context)), context);
  },
});
