import { isTerminal } from "../life/lifecycle.ts";
import type { JobStore } from "../store/job-store.ts";
import type { TombstoneStore } from "../store/tombstone-store.ts";
import { isSequenced } from "./sequences.ts";
import type { Sequences } from "./sequences.ts";

/**
 * The jobs, with what follows from a write for others of the same `sequence_key`, whoever writes: when a job ends, the
 * next has its turn. Jobs without a key cost nothing more.
 */
export function createSequencedJobs(jobs: JobStore, sequences: Sequences): JobStore {
  return {
    ...jobs,
    async save(job, ...version) {
      const saved = await jobs.save(job, ...version);
      if (isSequenced(job) && isTerminal(job.phase)) {
        try {
          await sequences.leave(job);
        } catch {
          // The end is committed. Whoever asks for a turn next finds it, and moves the line on.
        }
      }
      return saved;
    },
  };
}

/** How jobs go: the line of a job must know that it has ended before its row says nothing of it any more. */
export function createSequencedTombstones(tombstones: TombstoneStore, sequences: Sequences): TombstoneStore {
  return {
    ...tombstones,
    async bury(stored, tombstone) {
      if (isSequenced(stored.job)) await sequences.forget(stored.job);
      return tombstones.bury(stored, tombstone);
    },
  };
}
