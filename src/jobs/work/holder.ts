import type { JobEvent } from "../life/job-event.ts";
import type { Job } from "../life/job.ts";

/** The least time between two commits of progress, of a holder or of a map. */
export const PROGRESS_INTERVAL_MS = 1000;

/** Holders look six times in a lease whether the job is still theirs, and one look may fail. */
const NOTICED_IN_LEASES = 1 / 3;

/** When whoever may hold a job that ends now has noticed that it has. */
export function noticedBy(now: Date, { leaseMs }: { readonly leaseMs: number }): Date {
  return new Date(now.getTime() + leaseMs * NOTICED_IN_LEASES);
}

/** Whoever holds a job's claim and does its work: a worker, or one call of the activity of its orchestration. */
export interface Holder {
  /** As it was read or written last. */
  readonly job: Job;
  /**
   * Part of the name of every blob that this holder writes. No two holders have the same, so that nobody can put another's
   * output under what a row names.
   */
  readonly writer: string;
  /**
   * A write that minutes of work can hang on: while storage cannot do it, it is tried again for a while.
   *
   * @throws MillraceError STORAGE_UNAVAILABLE when that is over; whatever else the write throws, at once
   */
  insist<Result>(write: () => Promise<Result>): Promise<Result>;
  /**
   * Commits the event that ends what this holder does with the job. After it nothing more is written.
   *
   * @throws MillraceError STORAGE_UNAVAILABLE; LEASE_LOST, JOB_CANCELLED or OPERATION_SUPERSEDED when the job is not its own
   */
  settle(event: JobEvent): Promise<Job>;
}
