import { app } from "@azure/functions";
import { expireFiles } from "../src/files/expire-files.ts";
import { purgeOrchestrations } from "../src/jobs/orchestration/purge-orchestrations.ts";
import { millrace } from "../src/main.ts";
import { checkConsistency } from "../src/operations/check-consistency.ts";
import { TASK_HUB, orchestrationsOf } from "../src/platform/orchestrations.ts";

/** Well within the time that the host gives a function on every plan (10 minutes on Consumption). */
const WITHIN_MS = 4 * 60_000;

app.timer("check-consistency", {
  schedule: millrace.settings.CHECK_SCHEDULE,
  handler: async (_timer, context) => {
    await checkConsistency(millrace, { sink: context, withinMs: WITHIN_MS });
  },
});

app.timer("purge-orchestrations", {
  schedule: millrace.settings.CHECK_SCHEDULE,
  extraInputs: [TASK_HUB],
  handler: async (_timer, context) => {
    await purgeOrchestrations({ ...millrace, orchestrations: orchestrationsOf(context) }, context);
  },
});

app.timer("expire-files", {
  schedule: millrace.settings.CHECK_SCHEDULE,
  handler: async (_timer, context) => {
    await expireFiles(millrace, context);
  },
});
