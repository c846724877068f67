import type { Job } from "./job.ts";
import { nextToUndo, undoOfJob } from "./undo.ts";

/** How long the supervisor waits before it takes a silence for a loss. */
export interface Patience {
  /** For a message that was put: the longest that one normally waits in its queue. Milliseconds. */
  readonly messageMs: number;
  /** For a worker whose lease has run out: what clocks may differ by, and a last write may take. Milliseconds. */
  readonly leaseMs: number;
}

/** However often a message was sent again, the next time comes within this. */
const LONGEST_WAIT_MS = 3_600_000;

/**
 * When somebody should look at the job, should nothing happen to it until then: its message should long have come, or
 * its worker or orchestration should long have given a sign of life. Each message that was sent again doubles the wait
 * for the next, so that jobs which only wait in a long queue do not fill it. A job that has ended is due when its record
 * is to go, or before that, while something of it is to be taken back.
 */
export function dueAt(job: Job, patience: Patience): Date {
  switch (job.phase) {
    case "queued":
      return earlier(later(expectedAt(job), waitMs(job.redispatches ?? 0, patience)), startBefore(job));
    case "processing":
    case "waiting":
      return later(job.leaseUntil, patience.leaseMs);
    case "done":
    case "failed":
    case "cancelled":
      return undoDueAt(job, patience) ?? job.expiresAt;
  }
}

/** As for a queued job: its message was put with its last change, or for the time until which the next try is put off. */
function undoDueAt(job: Job, patience: Patience): Date | undefined {
  const next = nextToUndo(undoOfJob(job));
  if (!next) return undefined;
  const { notBefore = job.updatedAt, rings = 0 } = next;
  const rungFor = notBefore > job.updatedAt ? notBefore : job.updatedAt;
  return later(rungFor, waitMs(rings, patience));
}

/** How long a message may take that was put again so often. */
export function waitMs(again: number, { messageMs }: Patience): number {
  return Math.min(LONGEST_WAIT_MS, messageMs * 2 ** again);
}

type QueuedJob = Extract<Job, { phase: "queued" }>;

/** Until when the start or the next try was put off, if it was. */
export function putOffUntil({ retryAt, startAfter }: QueuedJob): Date | undefined {
  return retryAt && startAfter ? new Date(Math.max(retryAt.getTime(), startAfter.getTime())) : (retryAt ?? startAfter);
}

/** Since when a worker could have begun the current operation. */
export function waitedSince({ acceptedAt, startAfter }: Job): Date {
  return startAfter && startAfter > acceptedAt ? startAfter : acceptedAt;
}

/** When the message that is in the queue can be received. */
function expectedAt(job: QueuedJob): Date {
  const until = putOffUntil(job);
  return until && until > job.enqueuedAt ? until : job.enqueuedAt;
}

/** The time from which on the job must not begin, if it has not begun yet. */
function startBefore(job: QueuedJob): Date | undefined {
  return job.startedAt ? undefined : job.startBefore;
}

/** Whether the job was to begin before now, and has not. */
export function isTooLate(job: Job, now: Date): boolean {
  const limit = job.phase === "queued" ? startBefore(job) : undefined;
  return limit !== undefined && limit <= now;
}

function earlier(time: Date, other: Date | undefined): Date {
  return other && other < time ? other : time;
}

function later(time: Date, milliseconds: number): Date {
  return new Date(time.getTime() + milliseconds);
}
