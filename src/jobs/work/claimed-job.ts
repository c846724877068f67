import type { Clock } from "../../platform/clock.ts";
import { hasCode } from "../../platform/errors.ts";
import { evolve } from "../life/evolve.ts";
import type { JobEvent } from "../life/job-event.ts";
import type { Job, Progress, StepRecord, Usage } from "../life/job.ts";
import type { JobStore, StoredJob } from "../store/job-store.ts";
import { PROGRESS_INTERVAL_MS } from "./holder.ts";
import type { Holder } from "./holder.ts";
import { insistOn } from "./insist.ts";
import { claimOf, isLoss, lossOf } from "./loss.ts";

export interface ClaimedJobOptions {
  readonly jobs: JobStore;
  readonly clock: Clock;
  readonly leaseMs: number;
}

/** Renewals in the time of one lease. Each also notices that the job was cancelled: with a lease of 60 s, within 10. */
const BEATS_IN_A_LEASE = 6;

export interface Move {
  readonly progress: Progress;
  readonly steps: readonly StepRecord[];
  /** Of all attempts. */
  readonly usage: Usage | undefined;
}

/**
 * A job in the hands of the worker that claimed it. All its writes go through here, one after the other, each on the
 * etag that the one before returned: a worker whose lease was taken meanwhile meets a conflict and can write nothing
 * more. That chain of etags within one claim is the fence; the lease only keeps others from trying.
 */
export class ClaimedJob implements Holder {
  /** Fires with LEASE_LOST, JOB_CANCELLED or OPERATION_SUPERSEDED when this worker no longer holds the job. */
  readonly lost = new AbortController();
  readonly #options: ClaimedJobOptions;
  #stored: StoredJob;
  #chain: Promise<unknown> = Promise.resolve();
  #move: Move | undefined;
  #committedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #settleBefore: number | undefined;
  #isStopped = false;
  readonly #heartbeat: NodeJS.Timeout;

  constructor(stored: StoredJob, options: ClaimedJobOptions) {
    this.#stored = stored;
    this.#options = options;
    this.#heartbeat = setInterval(() => {
      this.beat();
    }, options.leaseMs / BEATS_IN_A_LEASE);
  }

  get job(): Job {
    return this.#stored.job;
  }

  /** One claim, one worker. */
  get writer(): string {
    return claimOf(this.job) ?? "none";
  }

  /** Notes how far the work is; it is committed soon, together with what is noted until then. */
  report(move: Move): void {
    if (this.#isStopped) return; // What a step has left at work can still have something to say.
    this.#move = move;
    const waitMs = this.#committedAt + PROGRESS_INTERVAL_MS - performance.now();
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.beat();
      },
      Math.max(0, waitMs),
    );
  }

  /**
   * Commits how far the work is at once: what comes next builds on it.
   *
   * @throws MillraceError STORAGE_UNAVAILABLE, or whatever `lost` fires with
   */
  async commit(move: Move): Promise<void> {
    this.#move = move;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.insist(async () => this.#progress());
  }

  /**
   * Commits the event that ends this worker's hold of the job. After it nothing more is written.
   *
   * @param withinMs for how long it is tried again while storage cannot do it
   * @throws MillraceError STORAGE_UNAVAILABLE, or whatever `lost` fires with
   */
  async settle(event: JobEvent, withinMs?: number): Promise<Job> {
    this.stop();
    this.#settleBefore ??= withinMs === undefined ? this.#surelyHeldUntil() : performance.now() + withinMs;
    return this.insist(async () => this.#commit(() => event), this.#settleBefore);
  }

  /**
   * A write that minutes of work can hang on: while storage cannot do it, it is tried again, for as long as the lease
   * surely lasts.
   *
   * @throws MillraceError STORAGE_UNAVAILABLE when that is over; whatever else the write throws, at once
   */
  async insist<Result>(write: () => Promise<Result>, before = this.#surelyHeldUntil()): Promise<Result> {
    return insistOn(write, { before, lost: this.lost.signal });
  }

  /** Ends the heartbeat and forgets progress that was not committed yet. */
  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#timer);
    this.#move = undefined;
  }

  /**
   * Renews the lease with what was noted, and so learns whether the job is still this worker's: if not, `lost` fires.
   * Other failures are left to the next beat.
   */
  beat(): void {
    if (this.#isStopped) return;
    this.#progress().catch(() => undefined);
  }

  /** Commits what was noted, or renews the lease alone. */
  async #progress(): Promise<Job> {
    this.#committedAt = performance.now();
    const leaseUntil = new Date(this.#options.clock.now().getTime() + this.#options.leaseMs);
    const move = this.#move;
    return this.#commit((job) => ({
      type: "progressed",
      leaseUntil,
      ...(move ?? { progress: job.progress, steps: job.steps }),
    }));
  }

  /** The last renewal was at most a third of the lease ago: should one beat have failed, the next came. */
  #surelyHeldUntil(): number {
    return performance.now() + (this.#options.leaseMs * 2) / 3;
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
      if (isLoss(thrown)) this.lost.abort(thrown);
      throw thrown;
    }
  }

  /** A conflict can be with a write of this very claim whose answer was lost: then what it wrote is gone on from. */
  async #saveOrCatchUp(eventFor: (job: Job) => JobEvent): Promise<StoredJob> {
    let stored = this.#stored;
    for (;;) {
      try {
        return await this.#save(stored, eventFor);
      } catch (thrown) {
        if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
        const current = await this.#options.jobs.get(this.job);
        if (!current || claimOf(current.job) !== claimOf(this.job)) throw lossOf(this.job, current?.job, thrown);
        stored = current;
      }
    }
  }

  async #save(stored: StoredJob, eventFor: (job: Job) => JobEvent): Promise<StoredJob> {
    return this.#options.jobs.save(evolve(stored.job, eventFor(stored.job), this.#options.clock.now()), stored);
  }
}
