import type { Container } from "../platform/blobs.ts";
import { MillraceError } from "../platform/errors.ts";
import type { JobStore } from "./job-store.ts";
import type { Job, JobRef } from "./job.ts";
import { isTerminal } from "./lifecycle.ts";

/**
 * Removes a job that has ended, with all it owns. The row goes first: from then on the job does not exist, and blobs
 * that a crash leaves behind are named by nobody.
 *
 * @throws MillraceError JOB_NOT_FOUND, JOB_NOT_TERMINAL, VERSION_CONFLICT, STORAGE_UNAVAILABLE
 */
export async function deleteJob(
  { jobs, content }: { readonly jobs: JobStore; readonly content: Container },
  ref: JobRef,
): Promise<void> {
  const { job, etag } = await jobs.require(ref);
  if (!isTerminal(job.phase))
    throw new MillraceError("JOB_NOT_TERMINAL", `The job is "${job.phase}"; it can be deleted when it has ended`);
  await jobs.delete(job, etag);
  await Promise.all(blobsOf(job).map(async (blob) => content.delete(blob)));
}

function blobsOf(job: Job): string[] {
  const payload = "blob" in job.payload ? [job.payload.blob] : [];
  const artifacts = job.phase === "done" ? job.artifacts.map(({ blob }) => blob) : [];
  return [...payload, ...artifacts];
}
