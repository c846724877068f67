import { hasCode } from "../../platform/errors.ts";
import type { Table } from "../../platform/tables.ts";
import { putOffUntil } from "../life/due.ts";
import type { Job } from "../life/job.ts";
import type { Dispatch } from "../store/dispatch.ts";
import { createLineStore, lineRefOf } from "./line-store.ts";
import type { LineRef, LineStore, StoredLine, StoredTicket } from "./line-store.ts";
import { decideFront } from "./line.ts";
import type { Front, Line, Ticket } from "./line.ts";
import { takeTicket } from "./take-ticket.ts";
import type { HeldTicket, TakeTicketDeps, TicketWish } from "./take-ticket.ts";
import { decideTurn } from "./turn.ts";
import type { Turn } from "./turn.ts";

/** A job with a `sequence_key`. */
export type SequencedJob = Job & { readonly sequence: NonNullable<Job["sequence"]> };

export function isSequenced(job: Job): job is SequencedJob {
  return job.sequence !== undefined;
}

/**
 * Has jobs of one `sequence_key` run one after the other. A line moves on when somebody finds the job at its front ended:
 * whoever ended it, and should they have died, the next job that asks for its turn. So no hint is needed for it to move,
 * and a job asks again by itself.
 */
export interface Sequences {
  /** @throws MillraceError SEQUENCE_TAKEN, VALIDATION_FAILED, STORAGE_UNAVAILABLE */
  takeTicket(wish: TicketWish): Promise<HeldTicket>;
  /** Whether the job may begin. @throws MillraceError STORAGE_UNAVAILABLE */
  turnOf(job: SequencedJob, now: Date): Promise<Turn>;
  /** The job has ended: the line moves on, and the next job's message is put. @throws MillraceError STORAGE_UNAVAILABLE */
  leave(job: SequencedJob): Promise<void>;
  /** The job has ended and its row is about to go: the line must not take it for one that never came. @throws as above */
  forget(job: SequencedJob): Promise<void>;
}

export interface SequencesOptions extends Omit<TakeTicketDeps, "lines"> {
  readonly table: Table;
  readonly dispatch: Dispatch;
  /** How long a job waits for a place before it that nobody has taken. */
  readonly gapMs: number;
}

export function createSequences({ table, ...options }: SequencesOptions): Sequences {
  const lines = createLineStore(table);
  const deps = { ...options, lines };
  return {
    takeTicket: async (wish) => takeTicket(deps, wish),
    async turnOf(job, now) {
      const ref = refOf(job);
      const { place } = job.sequence;
      const stored = await lines.get(ref);
      if (stored?.line.passed === place - 1) return { outcome: "now" };
      const walked = await walk(deps, { ref, now, known: job });
      return walked ? decideTurn({ ...walked, place, now }) : { outcome: "now" }; // Somebody has deleted the line.
    },
    async leave(job) {
      await walk(deps, { ref: refOf(job), now: job.updatedAt, known: job });
    },
    async forget(job) {
      const ref = refOf(job);
      const walked = await walk(deps, { ref, now: job.updatedAt, known: job });
      if (walked && walked.line.passed >= job.sequence.place) return;
      const stored = await lines.getTicket(ref, job.sequence.place);
      if (stored?.ticket.jobId === job.jobId && !stored.ticket.ended)
        await lines.replaceTicket(ref, { ...stored.ticket, ended: true }, stored.etag);
    },
  };
}

function refOf({ workspaceId, sequence: { key } }: SequencedJob): LineRef {
  return lineRefOf({ workspaceId, key });
}

interface Walked {
  readonly line: Line;
  /** Nothing, where nobody waits. */
  readonly front: { readonly place: number; readonly says: Front } | undefined;
}

type WalkDeps = Omit<SequencesOptions, "table"> & { readonly lines: LineStore };

interface Walk {
  readonly ref: LineRef;
  readonly now: Date;
  /** A job of the line, as it was read or written this moment. */
  readonly known: Job;
}

/** Each step is a place that is passed for good: the next walk begins behind it. */
const MOST_STEPS = 100;

/** Moves the line on as far as its jobs have ended, and rings for the job that stands at its front then, if it is another. */
async function walk(deps: WalkDeps, { ref, now, known }: Walk): Promise<Walked | undefined> {
  const { lines } = deps;
  let hasMoved = false;
  let stored = await lines.get(ref);
  for (let steps = 1; stored; steps++) {
    const seen = await lookAtFront(deps, { ref, now, known }, stored);
    if (!seen) return { line: stored.line, front: undefined };
    const { next, job, says } = seen;
    if (says !== "pass" && says !== "drop" && says !== "again") {
      if (hasMoved && says === "turn" && job !== known) await ring(deps, job, now);
      return { line: stored.line, front: { place: next.ticket.place, says } };
    }
    if (steps >= MOST_STEPS) return { line: stored.line, front: { place: next.ticket.place, says: "wait" } };
    const moved = await step(lines, { ref, says, next, stored });
    hasMoved ||= moved !== undefined;
    stored = moved ?? (await lines.get(ref));
  }
  return undefined;
}

interface Seen {
  readonly next: StoredTicket;
  readonly job: Job | undefined;
  readonly says: Front | "again";
}

/**
 * The first ticket behind the passed places; nothing, where nobody waits. `again`: the place before it was passed after
 * the line had been read, and is no gap. Only a gap needs this second look: the line moves on by conditional writes.
 */
async function lookAtFront(
  deps: WalkDeps,
  { ref, now, known }: Walk,
  { line, etag }: StoredLine,
): Promise<Seen | undefined> {
  const next = await deps.lines.nextTicket(ref, line.passed);
  if (!next) return undefined;
  const job = await jobOf(deps, next.ticket, known);
  const says = decideFront({ line, ticket: next.ticket, job, now, gapMs: deps.gapMs });
  const isStale = says === "gap" && (await deps.lines.get(ref))?.etag !== etag;
  return { next, job, says: isStale ? "again" : says };
}

async function jobOf({ jobs }: WalkDeps, ticket: Ticket, known: Job): Promise<Job | undefined> {
  if (ticket.ended) return undefined;
  return ticket.jobId === known.jobId ? known : (await jobs.get(ticket))?.job;
}

interface Step {
  readonly ref: LineRef;
  readonly says: "pass" | "drop" | "again";
  readonly next: StoredTicket;
  readonly stored: StoredLine;
}

/** The line as it is then, if this moved it. If not, somebody else may have. */
async function step(lines: LineStore, { ref, says, next, stored }: Step): Promise<StoredLine | undefined> {
  try {
    if (says === "pass") return await lines.pass(ref, stored, next.ticket.place);
    if (says === "drop") await lines.dropTicket(ref, next);
  } catch (thrown) {
    if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
  }
  return undefined;
}

/** A hint: should it be lost, the job asks again by itself. */
async function ring({ dispatch }: WalkDeps, job: Job | undefined, now: Date): Promise<void> {
  if (job?.phase !== "queued") return;
  const until = putOffUntil(job);
  if (until && until > now) return; // Its own message comes then.
  try {
    await dispatch(job);
  } catch {
    // The job's own message is on its way, and the supervisor stands behind it.
  }
}
