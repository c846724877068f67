import type { App } from "../../../src/app.ts";
import { JOB_KEYS } from "../../../src/jobs/store/idempotency.ts";
import { MillraceError, hasCode } from "../../../src/platform/errors.ts";
import { AS_IT_IS } from "../actors/site.ts";
import type { Variant } from "../actors/site.ts";
import { withJobs } from "./variants.ts";

export const SUBMIT_MUTANTS = {
  /** Takes a conflict for its own first try, and answers "accepted" with a job that another request's is in place of. */
  "conflict-means-accepted": withJobs((jobs) => ({
    ...jobs,
    async create(job, record) {
      try {
        return await jobs.create(job, record);
      } catch (thrown) {
        if (hasCode(thrown, "VERSION_CONFLICT")) return { job, etag: "" };
        throw thrown;
      }
    },
  })),

  /** Writes the key's record after the job, and not with it: who dies in between has a job that no key leads to. */
  "key-apart": withJobs((jobs, table) => ({
    ...jobs,
    async create(job, record) {
      const stored = await jobs.create(job);
      if (record) await table.create(JOB_KEYS.toRow(record));
      return stored;
    },
  })),

  /** Looks whether a key was used, and then writes as if nobody else could have done the same. */
  "check-then-put": withJobs((jobs, table) => ({
    ...jobs,
    async create(job, record) {
      if (record && (await jobs.findByKey(record))) throw new MillraceError("VERSION_CONFLICT", "The key was used");
      const stored = await jobs.create(job);
      if (!record) return stored;
      await table.create(JOB_KEYS.toRow(record)).catch((thrown: unknown) => {
        if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
      });
      return stored;
    },
  })),

  /** Puts the message before there is a row: a quick worker finds nothing and throws the message away. */
  "message-first": { ...AS_IT_IS, app: messageFirst, supervised: false },
} as const satisfies Record<string, Variant>;

function messageFirst(app: App): App {
  return {
    ...app,
    dispatch: async (job, options) => (job.version === 1 ? undefined : app.dispatch(job, options)),
    jobs: {
      ...app.jobs,
      async create(job, record) {
        await app.dispatch(job);
        return app.jobs.create(job, record);
      },
    },
  };
}
