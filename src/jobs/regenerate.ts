import type { Container } from "../platform/blobs.ts";
import { MillraceError } from "../platform/errors.ts";
import { deadLetterIdOf, newOperationId } from "../platform/ids.ts";
import type { StoredRow } from "../platform/tables.ts";
import type { ProfileRegistry } from "../profiles/registry.ts";
import { checkPayload } from "./check-payload.ts";
import type { CheckPayloadDeps } from "./check-payload.ts";
import { keepContent, payloadBlob, readContent } from "./content.ts";
import type { DeadLetterStore } from "./dead-letter-store.ts";
import { accepts, replayed } from "./dead-letter.ts";
import { canonicalJson, digest } from "./idempotency.ts";
import type { StoredJob } from "./job-store.ts";
import type { Job, JobRef } from "./job.ts";
import { STATUS_OF, isTerminal } from "./lifecycle.ts";
import { startOperation } from "./start-operation.ts";
import type { StartOperationDeps, StartedOperation } from "./start-operation.ts";

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
  readonly idempotencyKey?: string | undefined;
}

export interface Regenerated extends StartedOperation {
  /** The key began the current operation before. */
  readonly replayed: boolean;
}

/**
 * Begins a new operation of a job that has ended, with its payload or another. The payload is checked as if it were
 * submitted today: by the profile's current schema.
 *
 * @throws MillraceError JOB_NOT_FOUND, GONE, JOB_NOT_TERMINAL, VALIDATION_FAILED, UNKNOWN_JOB_TYPE,
 * IDEMPOTENCY_MISMATCH, VERSION_CONFLICT when somebody was faster, STORAGE_UNAVAILABLE
 */
export async function regenerateJob(deps: RegenerateDeps, command: RegenerateCommand): Promise<Regenerated> {
  const stored = await deps.jobs.require(command.ref);
  const { job } = stored;
  const key = operationKeyOf(command);
  if (key && isBegunBy(job, key)) return { job, replayed: true };
  if (!isTerminal(job.phase))
    throw new MillraceError("JOB_NOT_TERMINAL", `The job is "${STATUS_OF[job.phase]}"; cancel it first, or wait`);

  const profile = deps.profiles.require(job.jobType);
  const offered = command.payload ?? (await readContent(deps.content, job.payload));
  const payload = await checkPayload(deps, profile, { workspaceId: job.workspaceId, payload: offered });
  const started = await startOperation(deps, stored, {
    profile,
    payload: await keepContent(deps.content, payloadBlob(job.jobId), payload),
    traceparent: command.traceparent,
    actor: "client",
    operationId: newOperationId(job.jobId),
    operationKey: key && `${key.digest}:${key.fingerprint}`,
    replace: await resolvedLetter(deps, stored),
  });
  return { ...started, replayed: false };
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

/** A failure that a client has seen to needs nobody else any more. */
async function resolvedLetter(
  { deadLetters, clock }: RegenerateDeps,
  { job }: StoredJob,
): Promise<((operationId: string) => readonly StoredRow[]) | undefined> {
  if (job.phase !== "failed") return undefined;
  const stored = await deadLetters.get(deadLetterIdOf(job.operationId, job.endedAt));
  if (stored?.letter.origin !== "job" || !accepts(stored.letter, "replayed")) return undefined;
  const { letter, etag } = stored;
  return (replayedAs) => [
    deadLetters.rowOf(replayed(letter, { replayedAs, actor: "client", at: clock.now() }), etag),
  ];
}
