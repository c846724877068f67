import type { App } from "../../../src/app.ts";
import { toIdempotencyRow } from "../../../src/jobs/idempotency.ts";
import type { JobStore, StoredJob } from "../../../src/jobs/job-store.ts";
import type { Table } from "../../../src/platform/tables.ts";
import { AS_IT_IS } from "../actors/site.ts";
import type { Variant } from "../actors/site.ts";
import type { WireRequest } from "../storage/wire.ts";

/**
 * The product with one of its constructions taken away, by a wrapper around a seam. The harness must find fault with
 * each: one that it lets pass shows that the scenarios are too weak.
 */
export const MUTANTS = {
  /** Writes over whatever is there: a worker that wakes up late writes over another's work. */
  "no-fence": { ...AS_IT_IS, request: withoutConditions },

  /** Deletes the message before the work: who dies at work takes the job along. */
  "ack-first": { ...AS_IT_IS, deletesFirst: true, supervised: false },

  /** Answers "accepted" for a key that was used before, without a thought for whether the first try put its message. */
  "conflict-means-accepted": {
    ...withJobs((jobs) => ({
      ...jobs,
      async require(ref) {
        const stored = await jobs.require(ref);
        return { ...stored, job: { ...stored.job, attempt: Math.max(1, stored.job.attempt) } };
      },
    })),
    supervised: false,
  },

  /** Takes the job without counting the attempt. */
  "attempt-not-counted": withJobs((jobs) => ({
    ...jobs,
    save: async (job, ...version) => jobs.save(job.phase === "processing" ? { ...job, attempt: 0 } : job, ...version),
  })),

  /** Writes the key's record after the job, and not with it: who dies in between has a job that no key leads to. */
  "key-apart": withJobs((jobs, table) => ({
    ...jobs,
    async create(job, record) {
      const stored = await jobs.create(job);
      if (record) await table.create(toIdempotencyRow(record));
      return stored;
    },
  })),

  /** Puts the message before there is a row: a quick worker finds nothing and throws the message away. */
  "message-first": { ...AS_IT_IS, app: messageFirst, supervised: false },

  /** Takes up again what has ended. */
  "ends-not-final": withJobs((jobs) => ({ ...jobs, get: async (ref) => reopened(await jobs.get(ref)) })),

  /** Nobody looks for jobs that nobody sees to. */
  "no-supervisor": { ...AS_IT_IS, supervised: false },

  /** Answers from what it has read before. */
  "reads-a-memory": withJobs((jobs) => {
    const memory = new Map<string, StoredJob>();
    return {
      ...jobs,
      async require(ref) {
        const known = memory.get(ref.jobId);
        const stored = await jobs.require(ref);
        memory.set(ref.jobId, stored);
        return known ?? stored;
      },
    };
  }),
} as const satisfies Record<string, Variant>;

export type MutantName = keyof typeof MUTANTS;

/** Every If-Match says `*`, in the request's own header and in the parts of a transaction. */
function withoutConditions(request: WireRequest): WireRequest {
  const { header, body } = request;
  return {
    ...request,
    header: (name) => (name === "if-match" && header(name) !== undefined ? "*" : header(name)),
    body: request.path === "$batch" ? Buffer.from(body.toString().replace(/^if-match:.*$/gim, "if-match: *")) : body,
  };
}

function withJobs(wrap: (jobs: JobStore, table: Table) => JobStore): Variant {
  return { ...AS_IT_IS, app: (app) => ({ ...app, jobs: wrap(app.jobs, app.storage.jobs) }) };
}

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

function reopened(stored: StoredJob | undefined): StoredJob | undefined {
  if (stored?.job.phase !== "done") return stored;
  const { endedAt: _ended, result: _result, artifacts: _artifacts, usage: _usage, ...job } = stored.job;
  return { ...stored, job: { ...job, phase: "queued" } };
}
