import { pageOf } from "../platform/page-of.ts";
import type { Job } from "./life/job.ts";
import type { JobFilter, JobStore, ListedJob } from "./store/job-store.ts";

export interface JobPage {
  readonly jobs: readonly Job[];
  /** Rows of this page that cannot be read: a matter for the log, and no reason to show nothing. */
  readonly unreadable: readonly UnreadableJob[];
  /** The job to go on behind, when there may be more. */
  readonly next: string | undefined;
}

type UnreadableJob = Extract<ListedJob, { unreadable: unknown }>;

/**
 * One page of a workspace's jobs, newest first. The cursor is the last job's id: it needs no memory, and stays right
 * while new jobs come in.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function listJobs({ jobs }: { readonly jobs: JobStore }, filter: JobFilter): Promise<JobPage> {
  const { page, last } = pageOf(await jobs.list({ ...filter, limit: filter.limit + 1 }), filter.limit);
  return {
    jobs: page.flatMap((listed) => ("job" in listed ? [listed.job] : [])),
    unreadable: page.filter((listed) => "unreadable" in listed),
    next: last?.jobId,
  };
}
