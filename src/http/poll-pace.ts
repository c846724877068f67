import { waitedSince } from "../jobs/life/due.ts";
import type { Job } from "../jobs/life/job.ts";
import type { WaitReason } from "../jobs/waits/wait-reason.ts";

const SOONEST_SECONDS = 1;
/** Nobody who looks this seldom costs anything, and a job that is brought forward or cancelled is seen within it. */
const LATEST_SECONDS = 30;

/**
 * In how many seconds a client should look again. Half of the time that is left until the estimate: so the looks come
 * closer as it does, and one that turns out wrong costs little. Without an estimate, a tenth of the time that the job
 * could have been going on: so nobody learns of its end later than a tenth of what it took.
 */
export function secondsToNextLook(job: Job, wait: Pick<WaitReason, "eta"> | undefined, now: Date): number {
  const pauseMs = wait?.eta
    ? (wait.eta.getTime() - now.getTime()) / 2
    : (now.getTime() - waitedSince(job).getTime()) / 10;
  return Math.min(LATEST_SECONDS, Math.max(SOONEST_SECONDS, Math.ceil(pauseMs / 1000)));
}
