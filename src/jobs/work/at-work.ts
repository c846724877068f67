import type { ClaimedJob } from "./claimed-job.ts";

/** The jobs that this process works on. */
export interface AtWork {
  add(claimed: ClaimedJob): void;
  remove(claimed: ClaimedJob): void;
  /** Something was written to the job's row: whoever works on it here looks at once. */
  tell(jobId: string): void;
}

/**
 * Spares a cancelled job's worker the wait for its next heartbeat, if it runs in the process that cancelled it. A hint
 * and no more: a worker elsewhere learns of it when it renews its lease.
 */
export function createAtWork(): AtWork {
  const all = new Set<ClaimedJob>();
  return {
    add: (claimed) => all.add(claimed),
    remove: (claimed) => all.delete(claimed),
    tell(jobId) {
      for (const claimed of all) if (claimed.job.jobId === jobId) claimed.beat();
    },
  };
}
