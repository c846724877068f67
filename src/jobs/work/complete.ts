import { toFieldErrors } from "../../contract/field-errors.ts";
import { sayWhatIsWrong } from "../../contract/say-what-is-wrong.ts";
import type { Container } from "../../platform/blobs.ts";
import { MillraceError } from "../../platform/errors.ts";
import { MAX_COLUMN_CHARACTERS } from "../../platform/json-columns.ts";
import type { Profile } from "../../profiles/define-profile.ts";
import type { JobEvent } from "../life/job-event.ts";
import type { Artifact, Content, Job, JobRef, StepRecord, Usage } from "../life/job.ts";
import { keepArtifacts } from "../store/artifact-list.ts";
import { canonicalJson, digest } from "../store/idempotency.ts";
import type { Holder } from "./holder.ts";

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
 * Ends the job with its result, by one conditional write.
 *
 * @throws MillraceError RESULT_INVALID, LEASE_LOST, STORAGE_UNAVAILABLE
 */
export async function completeJob(deps: CompleteDeps, holder: Holder, completion: Completion): Promise<Job> {
  return holder.settle(await completionOf(deps, holder, completion));
}

/**
 * The end of a job with its result and the list of its artifacts, which are stored. A small result stands in the row, which
 * is then all there is; the document of a large one goes to a blob of this holder's own first, and one that lost the job
 * has written a blob that no row names. So does a long list.
 *
 * @throws MillraceError RESULT_INVALID, STORAGE_UNAVAILABLE
 */
export async function completionOf(
  deps: CompleteDeps,
  holder: Holder,
  completion: Completion,
): Promise<Extract<JobEvent, { type: "completed" }>> {
  const parsed = completion.profile.result.safeParse(completion.output, { error: sayWhatIsWrong });
  if (!parsed.success) {
    const errors = toFieldErrors(parsed.error.issues, "/result");
    throw new MillraceError("RESULT_INVALID", "The result does not fit the profile's schema", { details: { errors } });
  }
  const { result, document } = await holder.insist(async () => storeResult(deps, holder, parsed.data));
  const { steps, usage, artifacts } = completion;
  const list = [document, ...artifacts];
  const kept = await holder.insist(async () => keepArtifacts(deps.content, artifactBlob(holder, LIST_NAME), list));
  return { type: "completed", result, ...kept, steps, usage };
}

/** No artifact can have this name. */
const LIST_NAME = "_artifacts.json";

interface StoredResult {
  readonly result: Content;
  readonly document: Artifact;
}

async function storeResult({ content }: CompleteDeps, { job, writer }: Holder, result: unknown): Promise<StoredResult> {
  const bytes = documentOf(job, result);
  const document = { name: `${job.jobId}.json`, contentType: "application/json", bytes: bytes.length };
  if (bytes.length <= MAX_COLUMN_CHARACTERS) return { result: { inline: result }, document };
  const blob = artifactBlob({ job, writer }, document.name);
  await content.put(blob, bytes, document.contentType);
  // A batch wants to know whether it is the same as before, and the value is at hand here.
  const compared = job.batch && { digest: digest(canonicalJson(result)) };
  return { result: { blob, bytes: bytes.length, ...compared }, document: { ...document, blob } };
}

/** The bytes of the result's document: the same ones whenever they are made. */
export function documentOf(job: Job, result: unknown): Buffer {
  const document: ResultDocument = {
    job_id: job.jobId,
    operation_id: job.operationId,
    job_type: job.jobType,
    profile_version: job.profileVersion,
    customer_id: job.customerId,
    created_at: job.createdAt.toISOString(),
    result,
  };
  return Buffer.from(JSON.stringify(document));
}

/** The name of a blob that this holder writes for a client to read. */
export function artifactBlob({ job, writer }: Pick<Holder, "job" | "writer">, name: string): string {
  return `${artifactFolder(job)}/${job.operationId}/${writer}/${name}`;
}

/** Holds what every attempt of the job has stored. */
export function artifactFolder({ workspaceId, jobId }: JobRef): string {
  return `artifacts/${workspaceId}/${jobId}`;
}
