import { setTimeout as delay } from "node:timers/promises";
import { MillraceError, hasCode } from "../../platform/errors.ts";
import type { JobStore } from "../store/job-store.ts";
import { lineRefOf } from "./line-store.ts";
import type { LineRef, LineStore, StoredLine, StoredTicket } from "./line-store.ts";
import { VOID_AFTER_MS, isVoid } from "./line.ts";
import type { Ticket } from "./line.ts";

export interface TakeTicketDeps {
  readonly lines: LineStore;
  readonly jobs: Pick<JobStore, "get">;
  /** A number from 0 to 1 that spreads those who come at once. */
  readonly chance: () => number;
}

export interface TicketWish {
  readonly workspaceId: string;
  readonly key: string;
  /** The place that the client wants; the next one, if absent. */
  readonly number?: number | undefined;
  /** The id that the job is to have. */
  readonly jobId: string;
  /** Digest of the request's idempotency key. */
  readonly idempotencyKey?: string | undefined;
  readonly now: Date;
}

/** A place in a line, held for a job that is to be written now. */
export interface HeldTicket {
  readonly place: number;
  /** The id that the job must have: an earlier try of the same request may have chosen it. */
  readonly jobId: string;
  /** Whether the job can still be written: should that take too long, the ticket would be taken for void. */
  isInTime(): boolean;
  /** Gives the place back, for a job that was not written and never will be. Never throws: what stays is void after a minute. */
  giveBack(): Promise<void>;
}

/**
 * Takes a place in the line of a `sequence_key`. The ticket comes before the job: a job without a ticket would stand in
 * no line, a ticket without a job is void after a minute.
 *
 * @throws MillraceError SEQUENCE_TAKEN; VALIDATION_FAILED when the line has places of the other kind; STORAGE_UNAVAILABLE
 */
export async function takeTicket(deps: TakeTicketDeps, wish: TicketWish): Promise<HeldTicket> {
  const heldSince = performance.now();
  const ref = lineRefOf(wish);
  const stored = await tryToTake(deps, ref, wish);
  return {
    place: stored.ticket.place,
    jobId: stored.ticket.jobId,
    isInTime: () => performance.now() - heldSince < VOID_AFTER_MS / 2, // The other half is for the write itself.
    async giveBack() {
      try {
        await deps.lines.dropTicket(ref, stored);
      } catch {
        // Another try of the same request holds it now, or storage does not answer.
      }
    },
  };
}

/** Each time somebody else was faster; of fifty at once, the last needs as many. */
const MAX_TRIES = 60;
const LONGEST_PAUSE_MS = 50;

async function tryToTake(deps: TakeTicketDeps, ref: LineRef, wish: TicketWish): Promise<StoredTicket> {
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const line = await deps.lines.get(ref);
    requireSameKind(line, wish);
    try {
      const taken = await (wish.number === undefined
        ? takeNext(deps, { ref, line }, wish)
        : takeNumber(deps, { ref, line }, { ...wish, number: wish.number }));
      if (taken) return taken;
    } catch (thrown) {
      if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
    }
    await delay(deps.chance() * Math.min(LONGEST_PAUSE_MS, tries * 5));
  }
  throw new MillraceError("STORAGE_UNAVAILABLE", "Too many jobs of this sequence_key are submitted at once; try again");
}

function requireSameKind(stored: StoredLine | undefined, { number }: TicketWish): void {
  const numbered = number !== undefined;
  if (!stored || stored.line.numbered === numbered) return;
  const message = numbered
    ? "is not taken: this key's jobs have no numbers"
    : "is missing: this key's jobs have numbers";
  throw new MillraceError("VALIDATION_FAILED", "One sequence_key has jobs with numbers or without, not both", {
    details: { errors: [{ pointer: "/sequence", message }] },
  });
}

interface Place {
  readonly ref: LineRef;
  readonly line: StoredLine | undefined;
}

async function takeNext({ lines }: TakeTicketDeps, { ref, line }: Place, wish: TicketWish): Promise<StoredTicket> {
  const ticket = ticketOf(wish, (line?.line.issued ?? 0) + 1);
  if (line) return lines.issue(ref, line, ticket);
  return lines.open(ref, { numbered: false, issued: ticket.place, passed: 0 }, ticket);
}

type NumberWish = TicketWish & { readonly number: number };

/** Nothing, when what stood in the way is gone this moment. */
async function takeNumber(
  deps: TakeTicketDeps,
  { ref, line }: Place,
  wish: NumberWish,
): Promise<StoredTicket | undefined> {
  const { lines } = deps;
  if (line && wish.number <= line.line.passed) throw taken(wish, "and was passed");
  const ticket = ticketOf(wish, wish.number);
  try {
    if (line) return await lines.add(ref, ticket);
    return await lines.open(ref, { numbered: true, issued: 0, passed: 0 }, ticket);
  } catch (thrown) {
    if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
    const other = await lines.getTicket(ref, wish.number);
    return other && takeOver(deps, { ref, other }, { wish, ticket });
  }
}

interface Wanted {
  readonly wish: NumberWish;
  readonly ticket: Ticket;
}

/** Takes a ticket whose job never came; one of an earlier try of the same request with the job id that it chose. */
async function takeOver(
  { lines, jobs }: TakeTicketDeps,
  { ref, other }: { readonly ref: LineRef; readonly other: StoredTicket },
  { wish, ticket }: Wanted,
): Promise<StoredTicket> {
  if (other.ticket.ended) throw taken(wish, "by a job that has ended");
  if (wish.idempotencyKey !== undefined && other.ticket.idempotencyKey === wish.idempotencyKey)
    return lines.replaceTicket(ref, { ...ticket, jobId: other.ticket.jobId }, other.etag);
  if (await jobs.get(other.ticket)) throw taken(wish, "by another job");
  if (isVoid(other.ticket, wish.now)) return lines.replaceTicket(ref, ticket, other.etag);
  throw new MillraceError("STORAGE_UNAVAILABLE", `Place ${wish.number} is being taken by another request; try again`, {
    retryAfterMs: VOID_AFTER_MS,
  });
}

function taken({ number }: NumberWish, how: string): MillraceError {
  return new MillraceError("SEQUENCE_TAKEN", `Place ${number} of this sequence_key was taken ${how}`);
}

function ticketOf({ workspaceId, jobId, idempotencyKey, now }: TicketWish, place: number): Ticket {
  return { workspaceId, jobId, place, takenAt: now, ended: false, ...(idempotencyKey && { idempotencyKey }) };
}
