import type { Job } from "../../../src/jobs/life/job.ts";
import { isTerminal } from "../../../src/jobs/life/lifecycle.ts";
import type { JobStore, StoredJob } from "../../../src/jobs/store/job-store.ts";
import { hasCode } from "../../../src/platform/errors.ts";
import { AS_IT_IS } from "../actors/site.ts";
import type { Variant } from "../actors/site.ts";
import { withJobs, withoutConditions } from "./variants.ts";

export const WORK_MUTANTS = {
  /** Writes over whatever is there: a worker that wakes up late writes over another's work. */
  "no-fence": { ...AS_IT_IS, request: withoutConditions },

  /** Deletes the message before the work: who dies at work takes the job along. */
  "ack-first": { ...AS_IT_IS, deletesFirst: true, supervised: false },

  /** Takes the job without counting the attempt. */
  "attempt-not-counted": withJobs((jobs) => ({
    ...jobs,
    save: async (job, ...version) => jobs.save(job.phase === "processing" ? { ...job, attempt: 0 } : job, ...version),
  })),

  /** Counts an attempt when it has come to an end: one that kills its worker is never counted. */
  "attempt-counted-late": withJobs((jobs) => ({
    ...jobs,
    save: async (job, stored, ...more) => jobs.save(countedLate(job, stored.job), stored, ...more),
  })),

  /** Takes up again what has ended. */
  "ends-not-final": withJobs((jobs) => ({ ...jobs, get: async (ref) => reopened(await jobs.get(ref)) })),

  /** Puts each message for later than anybody waits for it. */
  "late-messages": {
    ...AS_IT_IS,
    app: (app) => ({
      ...app,
      dispatch: async (job, { delayMs = 0 } = {}) => app.dispatch(job, { delayMs: delayMs + 5_000_000 }),
    }),
  },

  /** Nobody looks for jobs that nobody sees to. */
  "no-supervisor": { ...AS_IT_IS, supervised: false },

  /** Takes a job whose worker still holds it. */
  "no-lease": withJobs((jobs) => ({ ...jobs, get: async (ref) => released(await jobs.get(ref)) })),

  /** Begins a job of a sequence whatever became of those before it. */
  "no-order": {
    ...AS_IT_IS,
    app: (app) => ({
      ...app,
      sequences: { ...app.sequences, turnOf: async () => Promise.resolve({ outcome: "now" } as const) },
    }),
  },

  /** Begins a job although it is too late to. */
  "no-expiry": withJobs((jobs) => ({ ...jobs, get: async (ref) => withoutLimit(await jobs.get(ref)) })),

  /** Does not hear when it renews its lease that the job is not its own any more. */
  "ignores-the-loss": withJobs((jobs) => ({ ...jobs, save: deafToLoss(jobs) })),

  /** Does not hear it at the end of its work either, and writes its result over whatever operation is there now. */
  "late-result": withJobs((jobs) => ({
    ...jobs,
    async save(job, stored, ...more) {
      try {
        return await deafToLoss(jobs)(job, stored, ...more);
      } catch (thrown) {
        const current = hasCode(thrown, "VERSION_CONFLICT") && job.phase === "done" ? await jobs.get(job) : undefined;
        if (!current || isTerminal(current.job.phase)) throw thrown;
        const { operationId, operations, version } = current.job;
        return jobs.save({ ...job, operationId, operations, ...next(job, version) }, current);
      }
    },
  })),

  /** Leaves the model to finish what nobody wants any more. */
  "no-abort": {
    ...AS_IT_IS,
    app: (app) => ({
      ...app,
      createModel() {
        const model = app.createModel();
        return { ...model, askModel: async ({ abortSignal: _unheard, ...question }) => model.askModel(question) };
      },
    }),
  },

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

function deafToLoss(jobs: JobStore): JobStore["save"] {
  return async (job, stored, ...more) => {
    try {
      return await jobs.save(job, stored, ...more);
    } catch (thrown) {
      const isRenewal = job.phase === "processing" && job.last.version !== job.version;
      if (isRenewal && hasCode(thrown, "VERSION_CONFLICT")) return { ...stored, job };
      throw thrown;
    }
  };
}

function next({ last }: Job, version: number): Pick<Job, "version" | "last"> {
  return { version: version + 1, last: { ...last, version: version + 1 } };
}

function countedLate(job: Job, before: Job): Job {
  const isClaim = job.phase === "processing" && job.last.version === job.version;
  if (isClaim) return { ...job, attempt: job.attempt - 1 };
  return before.phase === "processing" && job.phase !== "processing" ? { ...job, attempt: job.attempt + 1 } : job;
}

function reopened(stored: StoredJob | undefined): StoredJob | undefined {
  if (stored?.job.phase !== "done") return stored;
  const { endedAt: _ended, result: _result, artifacts: _artifacts, usage: _usage, ...job } = stored.job;
  return { ...stored, job: { ...job, phase: "queued" } };
}

function released(stored: StoredJob | undefined): StoredJob | undefined {
  if (stored?.job.phase !== "processing") return stored;
  return { ...stored, job: { ...stored.job, leaseUntil: new Date(0) } };
}

function withoutLimit(stored: StoredJob | undefined): StoredJob | undefined {
  if (!stored) return stored;
  const { startBefore: _limit, ...job } = { startBefore: undefined, ...stored.job };
  return { ...stored, job };
}
