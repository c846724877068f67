import type { Container } from "../platform/blobs.ts";
import type { Clock } from "../platform/clock.ts";
import { hasCode } from "../platform/errors.ts";
import { newOperationId } from "../platform/ids.ts";
import type { StoredRow } from "../platform/tables.ts";
import type { Profile } from "../profiles/define-profile.ts";
import { evolve } from "./life/evolve.ts";
import type { Content, Job } from "./life/job.ts";
import type { Actor } from "./life/transition.ts";
import { requireNothingToUndo } from "./life/undo.ts";
import type { Dispatch } from "./store/dispatch.ts";
import type { JobStore, StoredJob } from "./store/job-store.ts";

export interface StartOperationDeps {
  readonly jobs: JobStore;
  readonly content: Container;
  readonly dispatch: Dispatch;
  readonly clock: Clock;
}

export interface NewOperation {
  readonly profile: Profile;
  readonly payload: Content;
  readonly traceparent: string;
  readonly actor: Actor;
  readonly reason?: string | undefined;
  readonly submittedBy?: string | undefined;
  readonly operationId?: string | undefined;
  readonly operationKey?: string | undefined;
  /** Rows beside the job that must change with it, or nothing does. */
  readonly replace?: ((operationId: string) => readonly StoredRow[]) | undefined;
}

export interface StartedOperation {
  readonly job: Job;
  /** Why the job's message could not be put just now: a matter for the log, since the supervisor will put it. */
  readonly unsent?: unknown;
}

/**
 * Begins a new operation of a job that has ended: attempts are counted anew, and whatever of older operations still
 * comes in meets an operation that is not its own. Row before message, as when a job is submitted. Of a payload's blob that
 * no row came to name, nothing is left.
 *
 * @throws MillraceError UNDO_PENDING while something of the operation before is still to be taken back, VERSION_CONFLICT
 * when somebody was faster, STORAGE_UNAVAILABLE; InvariantError when the job has not ended
 */
export async function startOperation(
  deps: StartOperationDeps,
  stored: StoredJob,
  { profile, replace, operationId = newOperationId(stored.job.jobId), ...operation }: NewOperation,
): Promise<StartedOperation> {
  requireNothingToUndo(stored.job);
  const event = {
    type: "regenerated",
    ...operation,
    operationId,
    profileVersion: profile.version,
    maxAttempts: profile.maxAttempts,
    stepNames: profile.steps.map(({ name }) => name),
  } as const;
  const job = await save(deps, evolve(stored.job, event, deps.clock.now()), {
    stored,
    replace: replace?.(operationId),
  });
  try {
    await deps.dispatch(job);
    return { job };
  } catch (thrown) {
    return { job, unsent: thrown };
  }
}

/** The conflict can be with somebody who wrote behind this very write, whose answer was lost: then the operation has begun. */
async function save(
  deps: StartOperationDeps,
  job: Job,
  { stored, replace }: { readonly stored: StoredJob; readonly replace: readonly StoredRow[] | undefined },
): Promise<Job> {
  try {
    return (await deps.jobs.save(job, stored, replace)).job;
  } catch (thrown) {
    if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
    const current = (await deps.jobs.get(job))?.job;
    if (current?.operationId === job.operationId) return current;
    await dropPayload(deps, job, { before: stored.job, current });
    throw thrown;
  }
}

/**
 * Deletes the payload of an operation that was not begun, unless that cannot be told any more: an operation later than
 * the one that was begun in its place may have grown out of it. What stays goes with the job.
 */
async function dropPayload(
  { content }: StartOperationDeps,
  { payload, operations }: Job,
  { before, current }: { readonly before: Job; readonly current: Job | undefined },
): Promise<void> {
  const isOwn = "blob" in payload && !("blob" in before.payload && before.payload.blob === payload.blob);
  if (!isOwn || (current && current.operations > operations)) return;
  try {
    await content.delete(payload.blob);
  } catch {
    // The conflict is what counts.
  }
}
