import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../platform/clock.ts";
import type { JobStore } from "./job-store.ts";
import type { Job, JobRef } from "./job.ts";

/** Between two looks at the row: short enough to feel immediate, long enough to cost little. */
const LOOK_EVERY_MS = 250;

export interface WaitOptions {
  readonly ref: JobRef;
  readonly seconds: number;
  /** What is waited for. */
  readonly until: (job: Job) => boolean;
}

/**
 * The job as soon as it is as wanted, or as it is when the time is over.
 *
 * @throws MillraceError JOB_NOT_FOUND, STORAGE_UNAVAILABLE
 */
export async function waitForJob(
  { jobs, clock }: { readonly jobs: JobStore; readonly clock: Clock },
  { ref, seconds, until }: WaitOptions,
): Promise<Job> {
  const deadline = clock.now().getTime() + seconds * 1000;
  for (;;) {
    const { job } = await jobs.require(ref);
    const leftMs = deadline - clock.now().getTime();
    if (until(job) || leftMs <= 0) return job;
    await delay(Math.min(LOOK_EVERY_MS, leftMs));
  }
}
