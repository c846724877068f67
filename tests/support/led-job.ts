import type { App } from "../../src/app.ts";
import type { Job, JobRef } from "../../src/jobs/life/job.ts";
import type { StepAnswer, StepCall } from "../../src/jobs/orchestration/plan.ts";
import { runStep } from "../../src/jobs/orchestration/run-step.ts";
import type { Orchestrations } from "../../src/platform/orchestrations.ts";
import type { Profile } from "../../src/profiles/define-profile.ts";
import { collectLog } from "./sinks.ts";
import { createTestApp } from "./test-app.ts";
import type { TestApp } from "./test-app.ts";

/** The step, what to do for it, and the part that is meant. */
type Call = readonly [step: string, to: StepCall["do"], index?: number];

/** A job that was claimed for an orchestration, which the test is itself. */
export interface LedTestJob {
  readonly test: TestApp;
  readonly ref: JobRef;
  /** What the orchestration was started with, each time. */
  readonly starts: readonly unknown[];
  /** Calls the activity as the job's current claim would. */
  call(...call: Call): Promise<StepAnswer>;
  /** The same, by another process, or by the same one at another time. */
  callBy(app: App, ...call: Call): Promise<StepAnswer>;
  current(): Promise<Job>;
}

/** Submits a job of the type "echo" and has a worker claim it, in an app whose task hub does nothing by itself. */
export async function ledJob(
  profile: Profile,
  { text = "one two three", environment = {} }: { text?: string; environment?: Record<string, string> } = {},
): Promise<LedTestJob> {
  const starts: unknown[] = [];
  const orchestrations: Orchestrations = {
    start: async (instance) => void starts.push(instance),
    state: async () => "alive",
    raise: async () => undefined,
    terminate: async () => undefined,
    purgeBefore: async () => 0,
  };
  const test = await createTestApp({ profiles: [profile], environment, orchestrations });
  const { json } = await test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text } } });
  const ref = { workspaceId: "default", jobId: String(json["job_id"]) };
  await test.deliver("job-requests");
  const current = async () => (await test.app.jobs.require(ref)).job;
  const callBy: LedTestJob["callBy"] = async (app, ...[step, to, index]) => {
    const { operationId, profileVersion, priority, ...job } = await current();
    const claimId = "claimId" in job ? job.claimId : "none";
    const lead = { ...ref, operationId, claimId, profileVersion, priority };
    return runStep(app, { lead, step, do: to, ...(index !== undefined && { index }) }, collectLog().sink);
  };
  return { test, ref, starts, current, callBy, call: async (...args) => callBy(test.app, ...args) };
}
