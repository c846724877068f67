import { checkPayload } from "../jobs/check-payload.ts";
import type { CheckPayloadDeps } from "../jobs/check-payload.ts";
import type { Content, Job } from "../jobs/life/job.ts";
import { requireNothingToUndo } from "../jobs/life/undo.ts";
import { startOperation } from "../jobs/start-operation.ts";
import type { StartOperationDeps } from "../jobs/start-operation.ts";
import { findContent, keepContent, payloadBlob } from "../jobs/store/content.ts";
import type { DeadLetterStore, StoredDeadLetter } from "../jobs/store/dead-letter-store.ts";
import { accepts, replayed } from "../jobs/store/dead-letter.ts";
import type { JobLetter, MessageLetter } from "../jobs/store/dead-letter.ts";
import { againOnConflict } from "../platform/again-on-conflict.ts";
import type { Container } from "../platform/blobs.ts";
import { MillraceError } from "../platform/errors.ts";
import { newOperationId } from "../platform/ids.ts";
import type { Profile } from "../profiles/define-profile.ts";
import type { ProfileRegistry } from "../profiles/registry.ts";
import { letterResolved } from "./letter-resolved.ts";
import { replayMessage } from "./replay-message.ts";
import type { ReplayMessageDeps } from "./replay-message.ts";

export interface ReplayDeps extends StartOperationDeps, CheckPayloadDeps, ReplayMessageDeps {
  readonly deadLetters: DeadLetterStore;
  readonly profiles: ProfileRegistry;
  readonly content: Container;
}

export interface ReplayCommand {
  readonly deadLetterId: string;
  readonly reason?: string | undefined;
  readonly traceparent: string;
  /** Who asks for it, and so for the job's new operation; as before, if the request did not say. */
  readonly submittedBy?: string | undefined;
  /** The replay of many letters that this is part of. */
  readonly replayId?: string | undefined;
}

/** What came of it; `before`: the letter had been replayed already, and this is what came of that. */
export type Replayed = { readonly before: boolean } & (
  | { readonly letter: JobLetter; readonly job: Job; readonly operationId: string; readonly unsent?: unknown }
  | { readonly letter: MessageLetter }
);

/**
 * Does again what failed: begins a new operation of the letter's job, with the edited payload if there is one, or puts
 * the letter's message on its queue again. Letter and job change in one transaction, so that however often and however
 * concurrently it is asked for, and whoever dies meanwhile, one operation comes of one letter.
 *
 * @throws MillraceError NOT_FOUND, DEAD_LETTER_RESOLVED when it was closed, OPERATION_SUPERSEDED when the job has begun
 * anew otherwise, UNDO_PENDING while its last operation is being taken back, JOB_NOT_FOUND and GONE when it is gone, VALIDATION_FAILED with `errors` when the payload does not fit
 * the current schema, UNKNOWN_JOB_TYPE, STORAGE_UNAVAILABLE, VERSION_CONFLICT when others keep writing
 */
export async function replayDeadLetter(deps: ReplayDeps, command: ReplayCommand): Promise<Replayed> {
  return againOnConflict(async () => {
    const { letter, etag } = await deps.deadLetters.require(command.deadLetterId);
    if (letter.status === "closed") throw letterResolved(letter);
    return letter.origin === "message"
      ? replayMessage(deps, { letter, etag }, command)
      : replayJob(deps, { letter, etag }, command);
  });
}

async function replayJob(
  deps: ReplayDeps,
  { letter, etag }: StoredDeadLetter<JobLetter>,
  { reason, traceparent, submittedBy, replayId }: ReplayCommand,
): Promise<Replayed> {
  const stored = await deps.jobs.require(letter);
  const { job } = stored;
  if (letter.replayedAs) return { before: true, letter, job, operationId: letter.replayedAs };
  if (!accepts(letter, "replayed")) throw letterResolved(letter);
  if (job.operationId !== letter.operationId) throw await supersededBy(deps, job, { letter, etag });

  requireNothingToUndo(job);

  const profile = deps.profiles.require(letter.jobType);
  const operationId = newOperationId(job.jobId);
  const payload = await payloadFor(deps, letter, profile);
  const by = { actor: "operator", reason } as const;
  const resolved = replayed(letter, { ...by, at: deps.clock.now(), replayedAs: operationId, replayId });
  const replace = () => [deps.deadLetters.rowOf(resolved, etag)];
  const operation = { ...by, profile, payload, traceparent, submittedBy, operationId, replace };
  const started = await startOperation(deps, stored, operation);
  return { ...started, before: false, letter: resolved, operationId };
}

/** The job was read after the letter: another replay may have changed both in between, and then the letter says so. */
async function supersededBy(
  { deadLetters }: ReplayDeps,
  job: Job,
  { letter, etag }: StoredDeadLetter<JobLetter>,
): Promise<MillraceError> {
  const current = await deadLetters.require(letter.deadLetterId);
  return current.etag === etag
    ? new MillraceError("OPERATION_SUPERSEDED", `The job's current operation is "${job.operationId}"`)
    : new MillraceError("VERSION_CONFLICT", "The dead letter was changed by somebody else meanwhile");
}

/** The payload is checked as if it were submitted today. */
async function payloadFor(deps: ReplayDeps, letter: JobLetter, profile: Profile): Promise<Content> {
  const found = await findContent(deps.content, letter.editedPayload ?? letter.payload);
  if (!found) throw new MillraceError("VALIDATION_FAILED", "The payload of the letter's job is not there any more");
  const checked = await checkPayload(deps, profile, { ...letter, payload: found.value });
  return keepContent(deps.content, payloadBlob(letter), checked);
}
