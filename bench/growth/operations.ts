import type { App } from "../../src/app.ts";
import type { Job } from "../../src/jobs/life/job.ts";
import { submitJob } from "../../src/jobs/submit.ts";
import { plainProfile } from "../app/plain-profile.ts";

/** Gets ready, and returns what is to be timed. */
export type Operation = () => Promise<() => Promise<unknown>>;

/** What is timed, once as the product does it and once as its storage calls alone. */
export const OPERATIONS = [
  "point read",
  "conditional update",
  "claim",
  "complete",
  "list page",
  "sweep, nothing due",
  "sweep, 16 due",
] as const;
export type OperationName = (typeof OPERATIONS)[number];

export const PAGE = 20;
export const DUE = 16;

const LONG_AGO_MS = 24 * 3_600_000;

/** A job that waits for a worker. Its message is not put: nobody would receive it. */
export async function queuedJob(app: App, now = new Date()): Promise<Job> {
  const { job } = await submitJob(
    { ...app, clock: { now: () => now }, dispatch: async () => undefined },
    {
      workspaceId: "default",
      jobType: plainProfile.id,
      payload: { text: "hello" },
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    },
  );
  return job;
}

/** Jobs whose message should have come long ago. */
export async function dueJobs(app: App): Promise<readonly Job[]> {
  const then = new Date(Date.now() - LONG_AGO_MS);
  return Promise.all(Array.from({ length: DUE }, async () => queuedJob(app, then)));
}
