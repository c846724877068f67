import { historyRow } from "../../../src/jobs/store/history.ts";
import type { Variant } from "../actors/site.ts";
import { AS_IT_IS } from "../actors/site.ts";
import { withJobs, withoutRows } from "./variants.ts";

export const STORE_MUTANTS = {
  /** Leaves the wake-up row where it was when the job was accepted. */
  "wake-up-stays": { ...AS_IT_IS, request: withoutRows("due") },

  /** Writes the line of the history after the job's row, and not with it. */
  "history-apart": {
    ...withJobs((jobs, table) => ({
      ...jobs,
      async save(job, stored, ...more) {
        const saved = await jobs.save(job, stored, ...more);
        if (job.last.version !== stored.job.last.version) await table.create(historyRow(job));
        return saved;
      },
    })),
    request: withoutRows("hist"),
  },

  /** Says in the dead letter that a new operation was begun, after it was begun, and not with it. */
  "letter-apart": withJobs((jobs, table) => ({
    ...jobs,
    async save(job, stored, replace = []) {
      const saved = await jobs.save(job, stored);
      for (const { row, etag } of replace) await table.save(row, etag);
      return saved;
    },
  })),
} as const satisfies Record<string, Variant>;
