import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../platform/clock.ts";
import { MillraceError, hasCode } from "../platform/errors.ts";
import { evolve } from "./evolve.ts";
import type { JobEvent } from "./evolve.ts";
import type { JobStore, StoredJob } from "./job-store.ts";
import type { Job, Progress, StepRecord } from "./job.ts";

export interface ClaimedJobOptions {
  readonly jobs: JobStore;
  readonly clock: Clock;
  readonly leaseMs: number;
}

/** The least time between two commits of progress. */
const PROGRESS_INTERVAL_MS = 1000;
/** Between two tries of the write that ends the hold; each has the SDK's own tries in it. */
const SETTLE_INTERVAL_MS = 1000;

export interface Move {
  readonly progress: Progress;
  readonly steps: readonly StepRecord[];
}

/**
 * A job in the hands of the worker that claimed it. All its writes go through here, one after the other, each on the
 * etag that the one before returned: a worker whose lease was taken meanwhile meets a conflict and can write nothing
 * more. That chain of etags within one claim is the fence; the lease only keeps others from trying.
 */
export class ClaimedJob {
  /** Fires with LEASE_LOST when this worker no longer holds the job. */
  readonly lost = new AbortController();
  readonly #options: ClaimedJobOptions;
  #stored: StoredJob;
  #chain: Promise<unknown> = Promise.resolve();
  #move: Move | undefined;
  #committedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #settleBefore: number | undefined;
  readonly #heartbeat: NodeJS.Timeout;

  constructor(stored: StoredJob, options: ClaimedJobOptions) {
    this.#stored = stored;
    this.#options = options;
    this.#heartbeat = setInterval(() => {
      this.#flush();
    }, options.leaseMs / 3);
  }

  get job(): Job {
    return this.#stored.job;
  }

  /** Notes how far the work is; it is committed soon, together with what is noted until then. */
  report(move: Move): void {
    this.#move = move;
    const waitMs = this.#committedAt + PROGRESS_INTERVAL_MS - performance.now();
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#flush();
      },
      Math.max(0, waitMs),
    );
  }

  /**
   * Commits the event that ends this worker's hold of the job. After it nothing more is written. Minutes of work can
   * hang on this one write, so it is tried for as long as the lease surely lasts.
   *
   * @throws MillraceError LEASE_LOST, STORAGE_UNAVAILABLE
   */
  async settle(event: JobEvent): Promise<Job> {
    this.stop();
    // The last renewal was at most a third of the lease ago.
    this.#settleBefore ??= performance.now() + (this.#options.leaseMs * 2) / 3;
    for (;;) {
      try {
        return await this.#commit(() => event);
      } catch (thrown) {
        const mayPass = hasCode(thrown, "STORAGE_UNAVAILABLE");
        if (!mayPass || performance.now() + SETTLE_INTERVAL_MS > this.#settleBefore) throw thrown;
      }
      await delay(SETTLE_INTERVAL_MS);
    }
  }

  /** Ends the heartbeat and forgets progress that was not committed yet. */
  stop(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#timer);
    this.#move = undefined;
  }

  /** Commits what was noted, or renews the lease alone. A failure other than a conflict is left to the next beat. */
  #flush(): void {
    this.#committedAt = performance.now();
    const leaseUntil = new Date(this.#options.clock.now().getTime() + this.#options.leaseMs);
    const move = this.#move;
    this.#commit((job) => ({
      type: "progressed",
      leaseUntil,
      ...(move ?? { progress: job.progress, steps: job.steps }),
    })).catch((thrown: unknown) => {
      if (hasCode(thrown, "LEASE_LOST")) this.lost.abort(thrown);
    });
  }

  async #commit(eventFor: (job: Job) => JobEvent): Promise<Job> {
    const commit = this.#chain.then(async () => {
      this.lost.signal.throwIfAborted();
      this.#stored = await this.#saveOrCatchUp(eventFor);
      return this.#stored.job;
    });
    this.#chain = commit.catch(() => undefined);
    try {
      return await commit;
    } catch (thrown) {
      if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
      throw new MillraceError("LEASE_LOST", "Another worker took this job", { cause: thrown });
    }
  }

  /** A conflict can be with a write of this very claim whose answer was lost: then what it wrote is gone on from. */
  async #saveOrCatchUp(eventFor: (job: Job) => JobEvent): Promise<StoredJob> {
    try {
      return await this.#save(this.#stored, eventFor);
    } catch (thrown) {
      if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
      const current = await this.#options.jobs.get(this.job);
      if (!current || claimOf(current.job) !== claimOf(this.job)) throw thrown;
      return this.#save(current, eventFor);
    }
  }

  async #save(stored: StoredJob, eventFor: (job: Job) => JobEvent): Promise<StoredJob> {
    return this.#options.jobs.save(evolve(stored.job, eventFor(stored.job), this.#options.clock.now()), stored);
  }
}

/** Nobody writes under a claim's id but its holder. */
function claimOf(job: Job): string | undefined {
  return job.phase === "processing" ? job.claimId : undefined;
}
