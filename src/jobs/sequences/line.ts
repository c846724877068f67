import type { Job, JobRef } from "../life/job.ts";
import { isTerminal } from "../life/lifecycle.ts";

/**
 * Jobs of one `sequence_key` stand in a line, each with a ticket that names its place. A place is a number of the client's,
 * or the next one in the order of acceptance; one line has no places of both kinds. The line knows up to which place all
 * jobs have ended, so that a turn is found in one read however long the line has been.
 */
export interface Line {
  readonly numbered: boolean;
  /** The last place that was given out, where places are given out. */
  readonly issued: number;
  /** The jobs of all places up to this one have ended, or never came. */
  readonly passed: number;
}

/** Written before its job, and so without one for a moment, or for good if the process died then. */
export interface Ticket extends JobRef {
  readonly place: number;
  readonly takenAt: Date;
  /** Digest of the idempotency key of the request that took it: the same request takes it again. */
  readonly idempotencyKey?: string | undefined;
  /** The job has ended, and its row may be gone. */
  readonly ended: boolean;
}

/** Longer than any request takes from its ticket to its job. */
export const VOID_AFTER_MS = 60_000;

/** Whether no job will come for a ticket that has none. */
export function isVoid({ takenAt }: Ticket, now: Date): boolean {
  return now.getTime() - takenAt.getTime() > VOID_AFTER_MS;
}

/** What the first ticket behind the passed places says of the line. */
export type Front =
  /** Its job has ended or never came: the line moves on behind it. */
  | "pass"
  /** Its job never came, and somebody else may come with the same number. */
  | "drop"
  /** It is its job's turn. */
  | "turn"
  /** The place before it stays empty, and its job has waited as long as it may. */
  | "gap"
  /** Not yet: its job is still to come, or one for the place before it. */
  | "wait";

export interface FrontFacts {
  readonly line: Line;
  /** The first behind `line.passed`. */
  readonly ticket: Ticket;
  /** Its job, if it is there. */
  readonly job: Job | undefined;
  readonly now: Date;
  /** How long a job waits for a place before it that nobody has taken. */
  readonly gapMs: number;
}

export function decideFront({ line, ticket, job, now, gapMs }: FrontFacts): Front {
  const isNext = !line.numbered || ticket.place === line.passed + 1;
  const isGapOver = now.getTime() - ticket.takenAt.getTime() >= gapMs;
  if (hasEnded(ticket, job)) return isNext || isGapOver ? "pass" : "wait";
  if (!isOf(ticket, job)) {
    if (!job && !isVoid(ticket, now)) return "wait";
    return line.numbered ? "drop" : "pass";
  }
  if (isNext) return "turn";
  return isGapOver ? "gap" : "wait";
}

/** A new operation of a job that had ended stands in no line. */
function hasEnded(ticket: Ticket, job: Job | undefined): boolean {
  return ticket.ended || (job !== undefined && (isTerminal(job.phase) || !job.sequence));
}

/** A write whose answer was lost can leave a ticket for a job that has another since. */
function isOf(ticket: Ticket, job: Job | undefined): boolean {
  return job?.sequence?.place === ticket.place;
}
