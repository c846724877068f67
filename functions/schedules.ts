import { app } from "@azure/functions";
import { millrace } from "../src/main.ts";
import { tickSchedules } from "../src/schedules/tick-schedules.ts";

/** The host runs a timer on one instance at a time; if it ever runs on two, no harm is done. */
app.timer("tick-schedules", {
  schedule: millrace.settings.SCHEDULE_TICK,
  handler: async (_timer, context) => {
    await tickSchedules(millrace, context);
  },
});
