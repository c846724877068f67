import type { Container } from "../platform/blobs.ts";
import { MillraceError } from "../platform/errors.ts";
import { checkpointFolder } from "./checkpoints.ts";
import { artifactFolder } from "./complete.ts";
import { payloadFolder } from "./content.ts";
import type { JobStore } from "./job-store.ts";
import type { JobRef } from "./job.ts";
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
  const stored = await jobs.require(ref);
  const { job } = stored;
  if (!isTerminal(job.phase))
    throw new MillraceError("JOB_NOT_TERMINAL", `The job is "${job.phase}"; it can be deleted when it has ended`);
  await jobs.delete(stored);
  await content.deleteFolder(payloadFolder(job.jobId));
  await content.deleteFolder(artifactFolder(job)); // Those of attempts that failed stand there too, in no row.
  await content.deleteFolder(checkpointFolder(job));
}
