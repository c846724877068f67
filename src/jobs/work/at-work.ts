import type { Job } from "../life/job.ts";

/** Somebody at work on a job, who can look whether the job is still theirs. */
interface Worker {
  readonly job: Pick<Job, "jobId">;
  beat(): void;
}

/** The jobs that this process works on. */
export interface AtWork {
  add(worker: Worker): void;
  remove(worker: Worker): void;
  /** Something was written to the job's row: whoever works on it here looks at once. */
  tell(jobId: string): void;
}

/**
 * Spares a cancelled job's worker the wait for its next heartbeat, if it runs in the process that cancelled it. A hint
 * and no more: a worker elsewhere learns of it when it renews its lease.
 */
export function createAtWork(): AtWork {
  const all = new Set<Worker>();
  return {
    add: (worker) => all.add(worker),
    remove: (worker) => all.delete(worker),
    tell(jobId) {
      for (const worker of all) if (worker.job.jobId === jobId) worker.beat();
    },
  };
}
