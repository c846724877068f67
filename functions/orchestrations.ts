import * as df from "durable-functions";
import { runJob } from "../src/jobs/orchestration/orchestrators/run-job.ts";
import { runLane } from "../src/jobs/orchestration/orchestrators/run-lane.ts";
import { runPoll } from "../src/jobs/orchestration/orchestrators/run-poll.ts";
import { RUN_JOB, RUN_LANE, RUN_POLL, RUN_STEP } from "../src/jobs/orchestration/plan.ts";
import type { StepCall } from "../src/jobs/orchestration/plan.ts";
import { runStep } from "../src/jobs/orchestration/run-step.ts";
import { millrace } from "../src/main.ts";

/** For every job type: adding one registers nothing. A version stays registered for as long as histories of it live. */
df.app.orchestration(RUN_JOB, runJob);
df.app.orchestration(RUN_LANE, runLane);
df.app.orchestration(RUN_POLL, runPoll);

df.app.activity(RUN_STEP, {
  handler: async (call: StepCall, context) => runStep(millrace, call, context),
});
