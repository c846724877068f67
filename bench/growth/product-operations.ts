import type { App } from "../../src/app.ts";
import { listJobs } from "../../src/jobs/list-jobs.ts";
import type { StoredJob } from "../../src/jobs/store/job-store.ts";
import { superviseJobs } from "../../src/jobs/supervision/supervise.ts";
import { claimJob } from "../../src/jobs/work/claim.ts";
import { ClaimedJob } from "../../src/jobs/work/claimed-job.ts";
import { completeJob } from "../../src/jobs/work/complete.ts";
import { plainProfile } from "../app/plain-profile.ts";
import { DUE, PAGE, dueJobs, queuedJob } from "./operations.ts";
import type { Operation, OperationName } from "./operations.ts";

/** As the product does it. */
export function productOperations(app: App): Record<OperationName, Operation> {
  return {
    async "point read"() {
      const job = await queuedJob(app);
      return async () => app.jobs.require(job);
    },
    async "conditional update"() {
      const job = await queuedJob(app);
      const stored = await app.jobs.require(job);
      return async () => app.jobs.save({ ...job, version: 2 }, stored);
    },
    async claim() {
      const job = await queuedJob(app);
      return async () => claimJob(app, job);
    },
    async complete() {
      const stored = await claimedJob(app);
      return async () => complete(app, stored);
    },
    "list page": async () => async () => listJobs(app, { workspaceId: "default", limit: PAGE }),
    "sweep, nothing due": async () => async () => sweep(app, 0),
    async "sweep, 16 due"() {
      await dueJobs(app);
      return async () => sweep(app, DUE);
    },
  };
}

/** A job in the hands of a worker, as its claim left it. */
export async function claimedJob(app: App): Promise<StoredJob> {
  const claim = await claimJob(app, await queuedJob(app));
  if (claim.outcome !== "claimed") throw new Error(`Cannot measure: the claim came out as "${claim.outcome}"`);
  return claim.stored;
}

export async function complete(app: App, stored: StoredJob): Promise<void> {
  const { steps } = stored.job;
  const completion = { profile: plainProfile, output: { text: "hello" }, artifacts: [], steps, usage: undefined };
  await completeJob(app, new ClaimedJob(stored, app), completion);
}

/** @param due so many jobs must have had their message put again, and nothing else must have been found */
export async function sweep(app: App, due: number): Promise<void> {
  const { resend, ...others } = await superviseJobs(app, SILENT);
  if (resend !== due || Object.values(others).some((count) => count > 0))
    throw new Error(`Cannot measure: the sweep found ${JSON.stringify({ resend, ...others })}`);
}

const SILENT = { info: () => undefined, warn: () => undefined, error: console.error };
