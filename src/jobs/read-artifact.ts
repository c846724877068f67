import type { Container } from "../platform/blobs.ts";
import { MillraceError } from "../platform/errors.ts";
import type { Artifact, DoneJob, Job } from "./life/job.ts";
import { listArtifacts } from "./store/artifact-list.ts";
import { documentOf } from "./work/complete.ts";

/**
 * A stored output of the job. The name is looked up in the row and never becomes a path.
 *
 * @throws MillraceError NOT_FOUND, STORAGE_UNAVAILABLE
 */
export async function readArtifact(
  { content }: { readonly content: Container },
  { job, name }: { readonly job: Job; readonly name: string },
): Promise<{ readonly artifact: Artifact; readonly bytes: Buffer }> {
  const artifacts = job.phase === "done" ? await listArtifacts(content, job) : [];
  const artifact = artifacts.find((candidate) => candidate.name === name);
  const bytes = job.phase === "done" && artifact ? await bytesOf(content, job, artifact) : undefined;
  if (artifact && bytes) return { artifact, bytes };
  throw new MillraceError("NOT_FOUND", "The job has no artifact of this name");
}

async function bytesOf(content: Container, job: DoneJob, { blob }: Artifact): Promise<Buffer | undefined> {
  if (blob !== undefined) return content.get(blob);
  return "inline" in job.result ? documentOf(job, job.result.inline) : undefined;
}
