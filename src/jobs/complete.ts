import { toFieldErrors } from "../contract/field-errors.ts";
import type { Container } from "../platform/blobs.ts";
import { MillraceError } from "../platform/errors.ts";
import type { Profile } from "../profiles/define-profile.ts";
import type { ClaimedJob } from "./claimed-job.ts";
import { MAX_COLUMN_CHARACTERS } from "./job-row.ts";
import type { Artifact, Content, Job, JobRef, StepRecord, Usage } from "./job.ts";

export interface CompleteDeps {
  readonly content: Container;
}

export interface Completion {
  readonly profile: Profile;
  /** What the last step returned. */
  readonly output: unknown;
  /** What the steps stored. */
  readonly artifacts: readonly Artifact[];
  readonly steps: readonly StepRecord[];
  readonly usage: Usage | undefined;
}

/** What `{job_id}.json` holds: the result with where it came from, so that it can be kept without the job. */
export interface ResultDocument {
  readonly job_id: string;
  readonly operation_id: string;
  readonly job_type: string;
  readonly profile_version: number;
  readonly customer_id?: string | undefined;
  readonly created_at: string;
  readonly result: unknown;
}

/**
 * Ends the job with its result: the document goes to a blob of this claim's own, then one conditional write makes it
 * the job's. A worker that lost the job has written a blob that no row names.
 *
 * @throws MillraceError RESULT_INVALID, LEASE_LOST, STORAGE_UNAVAILABLE
 */
export async function completeJob(deps: CompleteDeps, claimed: ClaimedJob, completion: Completion): Promise<Job> {
  const parsed = completion.profile.result.safeParse(completion.output);
  if (!parsed.success) {
    const errors = toFieldErrors(parsed.error.issues, "/result");
    throw new MillraceError("RESULT_INVALID", "The result does not fit the profile's schema", { details: { errors } });
  }
  const document = await claimed.insist(async () => storeDocument(deps, claimed.job, parsed.data));
  return claimed.settle({
    type: "completed",
    result: resultContent(parsed.data, document),
    artifacts: [document, ...completion.artifacts],
    steps: completion.steps,
    usage: completion.usage,
  });
}

async function storeDocument({ content }: CompleteDeps, job: Job, result: unknown): Promise<Artifact> {
  const document: ResultDocument = {
    job_id: job.jobId,
    operation_id: job.operationId,
    job_type: job.jobType,
    profile_version: job.profileVersion,
    customer_id: job.customerId,
    created_at: job.createdAt.toISOString(),
    result,
  };
  const bytes = Buffer.from(JSON.stringify(document));
  const name = `${job.jobId}.json`;
  const artifact = { name, blob: artifactBlob(job, name), contentType: "application/json", bytes: bytes.length };
  await content.put(artifact.blob, bytes, artifact.contentType);
  return artifact;
}

/** A small result stands in the row as well, so that reading the job needs no blob. */
function resultContent(result: unknown, document: Artifact): Content {
  const fits = document.bytes <= MAX_COLUMN_CHARACTERS;
  return fits ? { inline: result } : { blob: document.blob, bytes: document.bytes };
}

/** Each claim writes under a name of its own, so that no worker can overwrite another's output. */
export function artifactBlob(job: Job, name: string): string {
  const claim = job.phase === "processing" ? job.claimId : "none";
  return `${artifactFolder(job)}/${job.operationId}/${claim}/${name}`;
}

/** Holds what every attempt of the job has stored. */
export function artifactFolder({ workspaceId, jobId }: JobRef): string {
  return `artifacts/${workspaceId}/${jobId}`;
}
