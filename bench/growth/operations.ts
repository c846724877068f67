import type { App } from "../../src/app.ts";
import type { StoredJob } from "../../src/jobs/job-store.ts";
import { newId, newOperationId, withLastDigit } from "../../src/platform/ids.ts";
import { PARTITIONS } from "../../src/platform/partitions.ts";
import { aJob } from "../../tests/support/a-job.ts";
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

/** A job that waits for a worker. */
export async function queuedJob({ jobs }: App, now = new Date()): Promise<StoredJob> {
  const jobId = newId("job", now);
  return jobs.create(unfinished(jobId, now));
}

/** One job in each partition whose message should have come long ago. */
export async function dueJobs({ jobs }: App): Promise<StoredJob[]> {
  const now = new Date(Date.now() - 24 * 3_600_000);
  return Promise.all(
    PARTITIONS.map(async (_, shard) => jobs.create(unfinished(withLastDigit(newId("job", now), shard), now))),
  );
}

function unfinished(jobId: string, now: Date): StoredJob["job"] {
  return aJob({
    phase: "queued",
    jobId,
    operationId: newOperationId(jobId),
    jobType: plainProfile.id,
    payload: { inline: { text: "hello" } },
    steps: plainProfile.steps.map(({ name }) => ({ name, status: "pending" as const, attempt: 0 })),
    version: 1,
    createdAt: now,
    enqueuedAt: now,
    updatedAt: now,
  });
}
