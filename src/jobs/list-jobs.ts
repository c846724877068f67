import type { JobFilter, JobStore } from "./job-store.ts";
import type { Job } from "./job.ts";

export interface JobPage {
  readonly jobs: readonly Job[];
  /** The job to go on behind, when there may be more. */
  readonly next: string | undefined;
}

/**
 * One page of a workspace's jobs, newest first. The cursor is the last job's id: it needs no memory, and stays right
 * while new jobs come in.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function listJobs({ jobs }: { readonly jobs: JobStore }, filter: JobFilter): Promise<JobPage> {
  const found = await jobs.list({ ...filter, limit: filter.limit + 1 });
  const page = found.slice(0, filter.limit);
  return { jobs: page, next: found.length > filter.limit ? page.at(-1)?.jobId : undefined };
}
