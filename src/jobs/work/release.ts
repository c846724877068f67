import { MillraceError } from "../../platform/errors.ts";
import { mayStayUncounted } from "../life/attempt-count.ts";
import type { Job } from "../life/job.ts";
import type { Dispatch } from "../store/dispatch.ts";
import type { ClaimedJob, Move } from "./claimed-job.ts";

export interface ReleaseDeps {
  readonly dispatch: Dispatch;
}

export interface Release extends Pick<Move, "steps" | "usage"> {
  readonly withinMs: number;
}

/**
 * Hands a job back because this process must end: another worker may have it at once, and goes on behind the last
 * finished step. Should the time not suffice, the lease runs out and the old message comes back, as after a crash.
 *
 * @throws MillraceError LEASE_LOST, STORAGE_UNAVAILABLE, the latter also when it was not done in time
 */
export async function releaseJob(deps: ReleaseDeps, claimed: ClaimedJob, release: Release): Promise<Job> {
  return inTime(handBack(deps, claimed, release), release.withinMs);
}

async function handBack(deps: ReleaseDeps, claimed: ClaimedJob, { steps, usage, withinMs }: Release): Promise<Job> {
  const counted = !mayStayUncounted(claimed.job);
  const job = await claimed.settle({ type: "released", steps, usage, counted }, withinMs);
  await deps.dispatch(job);
  return job;
}

/** Storage's own patience is longer than what is left to a process that ends. */
async function inTime<Result>(work: Promise<Result>, limitMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new MillraceError("STORAGE_UNAVAILABLE", "The job could not be released in time"));
    }, limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
