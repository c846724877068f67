import type { App } from "../../src/app.ts";
import { claimJob } from "../../src/jobs/claim.ts";
import { ClaimedJob } from "../../src/jobs/claimed-job.ts";
import { completeJob } from "../../src/jobs/complete.ts";
import { listJobs } from "../../src/jobs/list-jobs.ts";
import { superviseJobs } from "../../src/jobs/supervise.ts";
import { plainProfile } from "../app/plain-profile.ts";
import { PAGE, dueJobs, queuedJob } from "./operations.ts";
import type { Operation, OperationName } from "./operations.ts";

/** As the product does it. */
export function productOperations(app: App): Record<OperationName, Operation> {
  const claimed = async () => {
    const { job } = await queuedJob(app);
    const claim = await claimJob(app, job);
    if (claim.outcome !== "claimed") throw new Error(`Cannot measure: the claim came out as "${claim.outcome}"`);
    return new ClaimedJob(claim.stored, app);
  };
  const sweep = (due: number) => async () => {
    const { resend, ...others } = await superviseJobs(app, SILENT);
    if (resend !== due || Object.values(others).some((count) => count > 0))
      throw new Error(`Cannot measure: the sweep found ${JSON.stringify({ resend, ...others })}`);
  };
  return {
    async "point read"() {
      const { job } = await queuedJob(app);
      return async () => app.jobs.require(job);
    },
    async "conditional update"() {
      const stored = await queuedJob(app);
      return async () => app.jobs.save({ ...stored.job, version: 2 }, stored);
    },
    async claim() {
      const { job } = await queuedJob(app);
      return async () => claimJob(app, job);
    },
    async complete() {
      const job = await claimed();
      const { steps } = job.job;
      const output = { text: "hello" };
      return async () =>
        completeJob(app, job, { profile: plainProfile, output, artifacts: [], steps, usage: undefined });
    },
    "list page": async () => async () => listJobs(app, { workspaceId: "default", limit: PAGE }),
    "sweep, nothing due": async () => sweep(0),
    async "sweep, 16 due"() {
      const due = await dueJobs(app);
      return sweep(due.length);
    },
  };
}

const SILENT = { info: () => undefined, warn: () => undefined, error: console.error };
