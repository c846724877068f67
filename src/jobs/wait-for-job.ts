import { setTimeout as delay } from "node:timers/promises";
import type { Job } from "./life/job.ts";
import type { JobStore } from "./store/job-store.ts";
import type { WaitingRoom } from "./waiting-room.ts";

/** Between two looks at the row: short enough to feel immediate, long enough to cost little. */
const LOOK_EVERY_MS = 250;

export interface WaitOptions {
  /** As it has just been read. */
  readonly job: Job;
  readonly seconds: number;
  /** What is waited for. */
  readonly until: (job: Job) => boolean;
}

export interface WaitDeps {
  readonly jobs: JobStore;
  readonly waitingRoom: WaitingRoom;
}

/**
 * The job as soon as it is as wanted, or as it is when the time is over, or at once when too many wait already.
 *
 * @throws MillraceError JOB_NOT_FOUND, STORAGE_UNAVAILABLE
 */
export async function waitForJob({ jobs, waitingRoom }: WaitDeps, { job, seconds, until }: WaitOptions): Promise<Job> {
  if (until(job) || !waitingRoom.enter()) return job;
  // Time that passes, not the time of day: a clock that is set back must not prolong the wait.
  const deadline = performance.now() + seconds * 1000;
  try {
    for (let latest = job; ; latest = (await jobs.require(job)).job) {
      const leftMs = deadline - performance.now();
      if (until(latest) || leftMs <= 0) return latest;
      await delay(Math.min(LOOK_EVERY_MS, leftMs));
    }
  } finally {
    waitingRoom.leave();
  }
}
