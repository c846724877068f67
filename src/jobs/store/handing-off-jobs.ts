import type { Patience } from "../life/due.ts";
import type { Job } from "../life/job.ts";
import { handOffOf } from "./hand-off.ts";
import type { HandOff } from "./hand-off.ts";
import type { JobStore } from "./job-store.ts";

/** Tells the batch of a job that has ended: what it says is in the row by now. */
export type OnEnded = (handOff: HandOff, job: Job) => Promise<void>;

/**
 * The jobs, with what follows for its batch when one of them ends, whoever ends it. Jobs of no batch cost nothing more.
 */
export function createHandingOffJobs(jobs: JobStore, patience: Patience, onEnded: OnEnded): JobStore {
  return {
    ...jobs,
    async save(job, stored, ...more) {
      const saved = await jobs.save(job, stored, ...more);
      const handOff = handOffOf(job, stored.job, patience);
      if (handOff) {
        try {
          await onEnded(handOff, job);
        } catch {
          // The end is committed, and its hand-off with it: the supervisor rings for what is left to be done.
        }
      }
      return saved;
    },
  };
}
