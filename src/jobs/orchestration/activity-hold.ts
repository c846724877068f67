import type { Clock } from "../../platform/clock.ts";
import { hasCode } from "../../platform/errors.ts";
import { newToken } from "../../platform/ids.ts";
import { evolve } from "../life/evolve.ts";
import type { JobEvent } from "../life/job-event.ts";
import type { Job } from "../life/job.ts";
import type { JobStore, StoredJob } from "../store/job-store.ts";
import type { AtWork } from "../work/at-work.ts";
import { PROGRESS_INTERVAL_MS } from "../work/holder.ts";
import type { Holder } from "../work/holder.ts";
import { insistOn } from "../work/insist.ts";
import { claimOf, lossOf } from "../work/loss.ts";
import type { Lead } from "./plan.ts";

export interface HoldDeps {
  readonly jobs: JobStore;
  readonly clock: Clock;
  readonly atWork: AtWork;
  readonly leaseMs: number;
  readonly orchestrationLeaseMs: number;
}

/** A job in the hands of an orchestration. */
export type HeldJob = Extract<Job, { phase: "processing" | "waiting" }>;

/** What is to become of the job as it stands now; nothing if nothing is. */
export type Decide = (job: HeldJob, leaseUntil: Date) => JobEvent | undefined;

/** Looks in the time of one lease, as a worker's heartbeats. */
const LOOKS_IN_A_LEASE = 6;
/** For how long a write is tried again that much work hangs on. */
const INSIST_MS = 60_000;

/**
 * The claim of an orchestration, in the hands of one call of its activity. Many can hold it at one time: so each reads
 * the row, decides, and writes on the etag it has read; whoever meets a conflict reads and decides again. The claim id
 * is the fence.
 */
export class ActivityHold implements Holder {
  /** Fires with LEASE_LOST, JOB_CANCELLED or OPERATION_SUPERSEDED when the claim is not the job's own any more. */
  readonly lost = new AbortController();
  readonly writer: string;
  readonly #deps: HoldDeps;
  readonly #lead: Lead;
  readonly #watch: NodeJS.Timeout;
  #stored: StoredJob;
  #progress: Decide | undefined;
  #timer: NodeJS.Timeout | undefined;
  #committedAt = performance.now();
  #isStopped = false;

  private constructor(stored: StoredJob, deps: HoldDeps, lead: Lead) {
    this.#stored = stored;
    this.#deps = deps;
    this.#lead = lead;
    this.writer = `${lead.claimId}-${newToken()}`;
    this.#watch = setInterval(() => {
      this.beat();
    }, deps.leaseMs / LOOKS_IN_A_LEASE);
    deps.atWork.add(this);
  }

  /** Nothing when the claim is not the job's own any more. @throws MillraceError STORAGE_UNAVAILABLE */
  static async take(deps: HoldDeps, lead: Lead): Promise<ActivityHold | undefined> {
    const stored = await deps.jobs.get(lead);
    return stored && isHeldBy(stored.job, lead) ? new ActivityHold(stored, deps, lead) : undefined;
  }

  get job(): HeldJob {
    return this.#stored.job as HeldJob; // After the end nobody asks but for what the phases have in common.
  }

  /**
   * Decides on the job as it stands and commits that; again, when somebody else wrote in between.
   *
   * @throws MillraceError STORAGE_UNAVAILABLE, or whatever `lost` fires with
   */
  async change(decide: Decide): Promise<Job> {
    for (;;) {
      this.lost.signal.throwIfAborted();
      const now = this.#deps.clock.now();
      const event = decide(this.job, new Date(now.getTime() + this.#deps.orchestrationLeaseMs));
      if (!event) return this.job;
      try {
        this.#stored = await this.#deps.jobs.save(evolve(this.job, event, now), this.#stored);
        return this.#stored.job;
      } catch (thrown) {
        if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
        await this.#look(thrown);
      }
    }
  }

  async settle(event: JobEvent): Promise<Job> {
    this.stop();
    return this.insist(async () => this.change(() => event));
  }

  async insist<Result>(write: () => Promise<Result>): Promise<Result> {
    return insistOn(write, { before: performance.now() + INSIST_MS, lost: this.lost.signal });
  }

  /** Notes how far the work is; it is committed soon, unless something later is noted until then. */
  report(progress: Decide): void {
    if (this.#isStopped) return;
    this.#progress = progress;
    const waitMs = this.#committedAt + PROGRESS_INTERVAL_MS - performance.now();
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#committedAt = performance.now();
        if (this.#progress) this.change(this.#progress).catch(() => undefined); // The next report, or the end, says it as well.
      },
      Math.max(0, waitMs),
    );
  }

  /** Looks whether the claim is still the job's own: if not, `lost` fires. Other failures are left to the next look. */
  beat(): void {
    if (!this.#isStopped) this.#look().catch(() => undefined);
  }

  /** Looks no more, and forgets progress that was not committed yet. */
  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#watch);
    clearTimeout(this.#timer);
    this.#progress = undefined;
    this.#deps.atWork.remove(this);
  }

  async #look(cause?: unknown): Promise<void> {
    const current = await this.#deps.jobs.get(this.#lead);
    if (current && isHeldBy(current.job, this.#lead)) {
      this.#stored = current;
      return;
    }
    const loss = lossOf(this.#lead, current?.job, cause);
    this.lost.abort(loss);
    throw loss;
  }
}

function isHeldBy(job: Job, { claimId }: Lead): job is HeldJob {
  return claimOf(job) === claimId;
}
