import type { Job } from "./job.ts";

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
 * its worker should long have given a sign of life. Each message that was sent again doubles the wait for the next, so
 * that jobs which only wait in a long queue do not fill it. Nothing, when the job has ended.
 */
export function dueAt(job: Job, patience: Patience): Date | undefined {
  switch (job.phase) {
    case "queued":
      return later(expectedAt(job), Math.min(LONGEST_WAIT_MS, patience.messageMs * 2 ** (job.redispatches ?? 0)));
    case "processing":
      return later(job.leaseUntil, patience.leaseMs);
    case "done":
    case "failed":
      return undefined;
  }
}

/** When the message that is in the queue can be received: at once, unless the next try was put off. */
function expectedAt({ enqueuedAt, retryAt }: Extract<Job, { phase: "queued" }>): Date {
  return retryAt && retryAt > enqueuedAt ? retryAt : enqueuedAt;
}

function later(time: Date, milliseconds: number): Date {
  return new Date(time.getTime() + milliseconds);
}
