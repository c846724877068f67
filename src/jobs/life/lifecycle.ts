import type { JobStatus } from "../../contract/job-view.ts";

/**
 * The life cycle of a job. A row is a phase; a cell says where an event leads; an absent cell is illegal.
 *
 * - `queued`: nobody works on it, and a message says so. A worker's claim moves it out. If the message is lost, the
 *   supervisor sends another and the job stays here. A job that is waiting to be tried again is here too, with the time
 *   of the next try in `retryAt`; so is one that its worker has released because it was told to end, without a time.
 * - `processing`: one worker holds the lease and runs the steps. That worker moves it out by completing, giving up,
 *   putting it back or releasing it. If it dies, its lease runs out: then another worker that has a message may claim the
 *   job, or the supervisor puts it back. Stalled is not a phase: it is `processing` with a lease that has run out, judged
 *   on reading.
 *   An orchestrated job is here while its orchestration leads it from step to step; that holds the lease for a longer time,
 *   and the supervisor asks for it before it puts the job back.
 * - `waiting`: as `processing`, but nobody is at work: people are to decide, or something happens elsewhere. If the
 *   orchestration is lost, what the job waited for stays with it until the next one lets it wait again: what people say
 *   and what workers answer is taken down meanwhile too.
 * - `done`, `failed`, `cancelled`: the operation has ended and never changes again. All that leads out is a new operation,
 *   which somebody asks for: it regenerates the job, or replays its dead letter. What a job that failed or was cancelled
 *   has done may have to be taken back; that is written down in the end's own phase.
 */
export const JOB_TRANSITIONS = {
  queued: {
    redispatched: "queued",
    met: "queued",
    claimed: "processing",
    decided: "queued",
    answered: "queued",
    gaveUp: "failed",
    cancelled: "cancelled",
  },
  processing: {
    claimed: "processing",
    decided: "processing",
    answered: "processing",
    progressed: "processing",
    suspended: "waiting",
    seen: "processing",
    stumbled: "processing",
    lapsed: "queued",
    requeued: "queued",
    released: "queued",
    completed: "done",
    gaveUp: "failed",
    cancelled: "cancelled",
  },
  waiting: {
    suspended: "waiting",
    decided: "waiting",
    answered: "waiting",
    resumed: "processing",
    seen: "waiting",
    stumbled: "waiting",
    lapsed: "queued",
    released: "queued",
    completed: "done",
    gaveUp: "failed",
    cancelled: "cancelled",
  },
  done: { regenerated: "queued" },
  failed: { undone: "failed", regenerated: "queued" },
  cancelled: { undone: "cancelled", regenerated: "queued" },
} as const satisfies Record<string, Partial<Record<JobEventType, string>>>;

/** What can happen to a job, in the past tense. */
export const JOB_EVENT_TYPES = [
  "redispatched",
  "met",
  "claimed",
  "progressed",
  "suspended",
  "decided",
  "answered",
  "resumed",
  "seen",
  "stumbled",
  "lapsed",
  "requeued",
  "released",
  "completed",
  "gaveUp",
  "cancelled",
  "undone",
  "regenerated",
] as const;
export type JobEventType = (typeof JOB_EVENT_TYPES)[number];

export type JobPhase = keyof typeof JOB_TRANSITIONS;
export const JOB_PHASES = Object.keys(JOB_TRANSITIONS) as JobPhase[];

/** The public word for each phase. */
export const STATUS_OF = {
  queued: "accepted",
  processing: "running",
  waiting: "running",
  done: "completed",
  failed: "failed",
  cancelled: "cancelled",
} as const satisfies Record<JobPhase, JobStatus>;

type Table = typeof JOB_TRANSITIONS;

/** Phases in which an event is legal, read off the table. */
export type PhasesAccepting<E extends JobEventType> = {
  [P in JobPhase]: E extends keyof Table[P] ? P : never;
}[JobPhase];

/** Where `event` leads from `phase`, or nothing when it is illegal there. */
export function nextPhase(phase: JobPhase, event: JobEventType): JobPhase | undefined {
  // Compiles only while every arrow lands on a declared phase.
  const row: Partial<Record<JobEventType, JobPhase>> = JOB_TRANSITIONS[phase];
  return row[event];
}

const AFTER_THE_END: ReadonlySet<string> = new Set<JobEventType>(["undone", "regenerated"]);

/** Nothing leads out of a terminal phase but a new operation. */
export function isTerminal(phase: JobPhase): phase is TerminalPhase {
  return Object.keys(JOB_TRANSITIONS[phase]).every((event) => AFTER_THE_END.has(event));
}

/** Phases that a new operation can begin from. */
export type TerminalPhase = PhasesAccepting<"regenerated">;

export function phasesWithStatus(status: JobStatus): JobPhase[] {
  return JOB_PHASES.filter((phase) => STATUS_OF[phase] === status);
}
