import { jobIdOfOperation } from "../platform/ids.ts";
import type { Job } from "./life/job.ts";
import type { HistoryStore } from "./store/history-store.ts";
import type { HistoryEntry } from "./store/history.ts";
import type { JobStore } from "./store/job-store.ts";

/** An operation: the one that its job is at, or an older one, which will not change any more. */
export type FoundOperation =
  { readonly job: Job; readonly end?: undefined } | { readonly job: Job; readonly end: HistoryEntry };

interface OperationRef {
  readonly workspaceId: string;
  readonly operationId: string;
}

/**
 * The operation with this id, if the workspace has it. What older operations ended as stands in their job's history.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function findOperation(
  { jobs, history }: { readonly jobs: JobStore; readonly history: HistoryStore },
  { workspaceId, operationId }: OperationRef,
): Promise<FoundOperation | undefined> {
  const stored = await jobs.get({ workspaceId, jobId: jobIdOfOperation(operationId) });
  if (!stored) return undefined;
  const { job } = stored;
  if (job.operationId === operationId) return { job };
  const end = await history.endOf(job, operationId);
  return end && { job, end };
}
