import type { Container } from "../platform/blobs.ts";
import { MillraceError, hasCode } from "../platform/errors.ts";
import { deadLetterIdOf, newOperationId } from "../platform/ids.ts";
import type { StoredRow } from "../platform/tables.ts";
import type { Profile } from "../profiles/define-profile.ts";
import type { ProfileRegistry } from "../profiles/registry.ts";
import { checkPayload } from "./check-payload.ts";
import type { CheckPayloadDeps } from "./check-payload.ts";
import type { Content, Job, JobRef } from "./life/job.ts";
import { STATUS_OF, isTerminal } from "./life/lifecycle.ts";
import { requireNothingToUndo } from "./life/undo.ts";
import { startOperation } from "./start-operation.ts";
import type { StartOperationDeps, StartedOperation } from "./start-operation.ts";
import { keepContent, payloadBlob, readContent } from "./store/content.ts";
import type { DeadLetterStore } from "./store/dead-letter-store.ts";
import { accepts, replayed } from "./store/dead-letter.ts";
import { canonicalJson, digest } from "./store/idempotency.ts";
import type { StoredJob } from "./store/job-store.ts";

export interface RegenerateDeps extends StartOperationDeps, CheckPayloadDeps {
  readonly deadLetters: DeadLetterStore;
  readonly profiles: ProfileRegistry;
  readonly content: Container;
}

export interface RegenerateCommand {
  readonly ref: JobRef;
  /** In place of the payload that the job has. */
  readonly payload?: Readonly<Record<string, unknown>> | undefined;
  readonly traceparent: string;
  /** Nobody, if the request did not say who sent it. */
  readonly submittedBy?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface Regenerated extends StartedOperation {
  /** The key began the current operation before. */
  readonly replayed: boolean;
}

/** A job that has ended is hardly ever written: its dead letter may be edited, and that is one conflict. */
const MAX_TRIES = 5;

/**
 * Begins a new operation of a job that has ended, with its payload or another. The payload is checked as if it were
 * submitted today: by the profile's current schema. One call takes the place of one operation: if another was begun
 * meanwhile, it leaves that one alone.
 *
 * @throws MillraceError JOB_NOT_FOUND, GONE, JOB_NOT_TERMINAL, UNDO_PENDING, VALIDATION_FAILED,
 * UNKNOWN_JOB_TYPE, IDEMPOTENCY_MISMATCH, VERSION_CONFLICT when somebody was faster, STORAGE_UNAVAILABLE
 */
export async function regenerateJob(deps: RegenerateDeps, command: RegenerateCommand): Promise<Regenerated> {
  const key = operationKeyOf(command);
  let endedOperation: string | undefined;
  for (let tries = 1; ; tries++) {
    const stored = await deps.jobs.require(command.ref);
    const { job } = stored;
    if (key && isBegunBy(job, key)) return { job, replayed: true };
    if (!isTerminal(job.phase))
      throw new MillraceError("JOB_NOT_TERMINAL", `The job is "${STATUS_OF[job.phase]}"; cancel it first, or wait`);
    requireNothingToUndo(job);
    endedOperation ??= job.operationId;
    if (job.operationId !== endedOperation)
      throw new MillraceError("VERSION_CONFLICT", "Somebody else began a new operation of the job meanwhile");
    try {
      return { ...(await begin(deps, stored, { ...command, key })), replayed: false };
    } catch (thrown) {
      // Somebody else wrote meanwhile: read again and decide again.
      if (!hasCode(thrown, "VERSION_CONFLICT") || tries === MAX_TRIES) throw thrown;
    }
  }
}

interface OperationKey {
  readonly digest: string;
  readonly fingerprint: string;
}

function operationKeyOf({ idempotencyKey, payload }: RegenerateCommand): OperationKey | undefined {
  if (idempotencyKey === undefined) return undefined;
  return { digest: digest(idempotencyKey), fingerprint: digest(canonicalJson(payload ?? null)) };
}

/** @throws MillraceError IDEMPOTENCY_MISMATCH */
function isBegunBy(job: Job, key: OperationKey): boolean {
  const [begunBy, fingerprint] = job.operationKey?.split(":") ?? [];
  if (begunBy !== key.digest) return false;
  if (fingerprint === key.fingerprint) return true;
  throw new MillraceError("IDEMPOTENCY_MISMATCH", "This Idempotency-Key was used for a request with another body");
}

interface Begin extends RegenerateCommand {
  readonly key: OperationKey | undefined;
}

async function begin(
  deps: RegenerateDeps,
  stored: StoredJob,
  { key, traceparent, submittedBy, payload: offered }: Begin,
): Promise<StartedOperation> {
  const { job } = stored;
  const profile = deps.profiles.require(job.jobType);
  const payload = await checkedPayload(deps, { job, profile, offered });
  return startOperation(deps, stored, {
    profile,
    payload,
    traceparent,
    submittedBy,
    actor: "client",
    operationId: newOperationId(job.jobId),
    operationKey: key && `${key.digest}:${key.fingerprint}`,
    replace: await resolvedLetter(deps, job),
  });
}

interface OfferedPayload {
  readonly job: Job;
  readonly profile: Profile;
  readonly offered: Readonly<Record<string, unknown>> | undefined;
}

/** The job's own payload stays where it is, if it fits as it is. */
async function checkedPayload(deps: RegenerateDeps, { job, profile, offered }: OfferedPayload): Promise<Content> {
  const payload = offered ?? (await readContent(deps.content, job.payload));
  const checked = await checkPayload(deps, profile, { workspaceId: job.workspaceId, payload });
  if (!offered && canonicalJson(checked) === canonicalJson(payload)) return job.payload;
  return keepContent(deps.content, payloadBlob(job), checked);
}

/** A failure that a client has seen to needs nobody else any more. */
async function resolvedLetter(
  { deadLetters, clock }: RegenerateDeps,
  job: Job,
): Promise<((operationId: string) => readonly StoredRow[]) | undefined> {
  if (job.phase !== "failed") return undefined;
  const stored = await deadLetters.get(deadLetterIdOf(job.operationId, job.endedAt));
  if (stored?.letter.origin !== "job" || !accepts(stored.letter, "replayed")) return undefined;
  const { letter, etag } = stored;
  return (replayedAs) => [deadLetters.rowOf(replayed(letter, { replayedAs, actor: "client", at: clock.now() }), etag)];
}
