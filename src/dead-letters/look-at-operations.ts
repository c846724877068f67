import { isTerminal } from "../jobs/life/lifecycle.ts";
import type { JobStore } from "../jobs/store/job-store.ts";
import { InvariantError } from "../platform/errors.ts";
import { jobIdOfOperation } from "../platform/ids.ts";
import type { BulkReplay, UnderWay } from "./bulk-replay.ts";

/** Rows read in one round. */
const LOOKS = 50;

/** Looks which of the operations that a replay of many has begun have ended, and how; some at a time, in turn. */
export async function lookAtOperations({ jobs }: { readonly jobs: JobStore }, replay: BulkReplay): Promise<BulkReplay> {
  const [now, later] = [replay.underWay.slice(0, LOOKS), replay.underWay.slice(LOOKS)];
  const looks = await Promise.all(now.map(async (operation) => ({ operation, end: await endOf(jobs, operation) })));
  const ends = looks.filter(({ end }) => end !== undefined);
  return {
    ...replay,
    ended: replay.ended + ends.length,
    failedAgain: replay.failedAgain + ends.filter(({ end }) => end === "failed").length,
    underWay: [...later, ...looks.filter(({ end }) => end === undefined).map(({ operation }) => operation)],
  };
}

/** `other`: it ended otherwise, or nobody can tell any more: the job is gone, or has begun anew since. */
async function endOf(jobs: JobStore, { workspaceId, operationId }: UnderWay): Promise<"failed" | "other" | undefined> {
  try {
    const stored = await jobs.get({ workspaceId, jobId: jobIdOfOperation(operationId) });
    if (stored?.job.operationId !== operationId) return "other";
    if (stored.job.phase === "failed") return "failed";
    return isTerminal(stored.job.phase) ? "other" : undefined;
  } catch (thrown) {
    if (thrown instanceof InvariantError) return "failed"; // A row that cannot be read stays so.
    throw thrown;
  }
}
