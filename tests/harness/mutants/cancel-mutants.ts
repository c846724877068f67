import type { Variant } from "../actors/site.ts";
import { AS_IT_IS } from "../actors/site.ts";
import { withJobs } from "./variants.ts";

export const CANCEL_MUTANTS = {
  /** Cancels whatever is there, and not what it has read. */
  "cancel-unconditional": withJobs((jobs) => ({
    ...jobs,
    async save(job, stored, ...more) {
      const current = job.phase === "cancelled" ? await jobs.get(job) : undefined;
      return jobs.save(job, current ?? stored, ...more);
    },
  })),

  /** Cancels the current operation, whichever was named. */
  "cancel-any-operation": { ...AS_IT_IS, cancel: ({ operationId: _whichever, ...command }) => command },

  /** Says that it was cancelled, and leaves it to the worker to find out. */
  "cancel-by-hint": withJobs((jobs) => ({
    ...jobs,
    save: async (job, stored, ...more) =>
      job.phase === "cancelled" ? { ...stored, job } : jobs.save(job, stored, ...more),
  })),
} as const satisfies Record<string, Variant>;
