import { MillraceError, hasCode } from "../platform/errors.ts";
import type { JobRef } from "./life/job.ts";
import { STATUS_OF, isTerminal } from "./life/lifecycle.ts";
import { requireNothingToUndo } from "./life/undo.ts";
import type { JobStore } from "./store/job-store.ts";
import type { StoredTombstone } from "./store/tombstone.ts";
import { buryJob, cleanUpAfter } from "./supervision/purge-job.ts";
import type { PurgeDeps } from "./supervision/purge-job.ts";

export interface Deleted {
  /** Why something of it is still there: a matter for the log, since the supervisor removes the rest. */
  readonly unfinished?: unknown;
}

/**
 * Removes a job that has ended, with all it owns.
 *
 * @throws MillraceError JOB_NOT_FOUND, GONE, JOB_NOT_TERMINAL, UNDO_PENDING, VERSION_CONFLICT, STORAGE_UNAVAILABLE
 */
export async function deleteJob(deps: PurgeDeps & { readonly jobs: JobStore }, ref: JobRef): Promise<Deleted> {
  const stored = await deps.jobs.require(ref);
  const { phase } = stored.job;
  if (!isTerminal(phase))
    throw new MillraceError(
      "JOB_NOT_TERMINAL",
      `The job is "${STATUS_OF[phase]}"; it can be deleted when it has ended`,
    );
  requireNothingToUndo(stored.job);
  return cleanUp(deps, await buryJob(deps, stored, "deleted"));
}

async function cleanUp(deps: PurgeDeps, buried: StoredTombstone): Promise<Deleted> {
  try {
    await cleanUpAfter(deps, buried);
  } catch (thrown) {
    // A conflict: the supervisor was faster.
    if (!hasCode(thrown, "VERSION_CONFLICT")) return { unfinished: thrown };
  }
  return {};
}
