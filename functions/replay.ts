import { app } from "@azure/functions";
import { advanceBulkReplays } from "../src/dead-letters/advance-bulk-replays.ts";
import { millrace } from "../src/main.ts";

/** The host runs a timer on one instance at a time; if it ever runs on two, no harm is done. */
app.timer("replay-dead-letters", {
  schedule: millrace.settings.SUPERVISE_SCHEDULE,
  handler: async (_timer, context) => {
    await advanceBulkReplays(millrace, context);
  },
});
