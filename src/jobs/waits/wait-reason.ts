import type { WaitCode } from "../../contract/wait-codes.ts";
import { putOffUntil, waitedSince } from "../life/due.ts";
import { isHeard } from "../life/is-heard.ts";
import type { Job } from "../life/job.ts";
import type { WaitingFor } from "../life/waiting-for.ts";
import { awaitedTurn } from "../sequences/turn.ts";
import { NO_DURATIONS, usualOf } from "./durations.ts";
import type { Durations, Usual } from "./durations.ts";

/** Why a job has not ended yet, told to a person who waits for it. */
export interface WaitReason {
  readonly code: WaitCode;
  /** One sentence. */
  readonly text: string;
  /** When this is expected to be over; absent rather than wrong. */
  readonly eta?: Date | undefined;
}

export interface Expectations {
  /** How long recent jobs of its kind took. */
  readonly durations: Durations;
  /** From the end of a lease until the job is in the queue again, at most; absent when the settings do not say. */
  readonly takeOverMs?: number | undefined;
}

type QueuedJob = Extract<Job, { phase: "queued" }>;
type ProcessingJob = Extract<Job, { phase: "processing" }>;

/** A pure function of the job, of what its like usually take, and of the time; nothing for a job that has ended. */
export function waitReason(job: Job, expectations: Expectations, now: Date): WaitReason | undefined {
  if (job.phase === "queued") return whyQueued(job, expectations, now);
  if (job.phase === "waiting") return whyWaiting(job.waitingFor, now);
  return job.phase === "processing" ? whyProcessing(job, expectations, now) : undefined;
}

function whyWaiting(waitingFor: WaitingFor, now: Date): WaitReason {
  const { kind, step, until } = waitingFor;
  const eta = ahead(until, 0, now);
  if (isHeard(waitingFor, now))
    return { code: "WORKING", text: `Going on from step "${step}"`, eta: new Date(now.getTime() + GOING_ON_MS) };
  if (kind === "approval" && waitingFor.escalatedAt)
    return { code: "APPROVAL_OVERDUE", text: `Nobody has decided yet at step "${step}": ${waitingFor.title}`, eta };
  if (kind === "approval")
    return { code: "WAITING_FOR_APPROVAL", text: `Waiting for a decision at step "${step}": ${waitingFor.title}`, eta };
  return { code: "WAITING_FOR_EVENT", text: `Waiting at step "${step}" for ${awaited(waitingFor)}`, eta };
}

/** Its orchestration is told at once, and has to load. */
const GOING_ON_MS = 1000;

function awaited(waitingFor: Exclude<WaitingFor, { kind: "approval" }>): string {
  if (waitingFor.kind === "call") return `the external worker "${waitingFor.worker}"`;
  return waitingFor.message
    ? `something that happens elsewhere: ${waitingFor.message}`
    : "something that happens elsewhere";
}

/** The code alone, for which nothing must be known of other jobs. */
export function waitCode(job: Job, now: Date): WaitCode | undefined {
  return waitReason(job, { durations: NO_DURATIONS }, now)?.code;
}

function whyQueued(job: QueuedJob, { durations }: Expectations, now: Date): WaitReason {
  const putOff = putOffUntil(job);
  const isPutOff = putOff !== undefined && putOff > now;
  const start = isPutOff
    ? { eta: putOff, isLate: false }
    : foretell(lineSince(job, putOff), waitOf(job, durations), now);
  const next = `attempt ${job.attempt + 1} of ${job.maxAttempts}`;
  // One that was handed back in good order does not wait because of what an attempt before that came to.
  if (job.lastError && job.last.event !== "released") {
    const { code, message } = job.lastError;
    return code === "PROVIDER_THROTTLED"
      ? { code: "THROTTLED", text: `The model provider asked to wait; ${next} follows`, eta: start.eta }
      : { code: "RETRYING", text: `The last attempt failed (${code}: ${message}); ${next} follows`, eta: start.eta };
  }
  if (isPutOff) return { code: "SCHEDULED", text: `To be started at ${toText(putOff)}, as asked for`, eta: putOff };
  const turn = awaitedTurn(job);
  if (turn) return { code: "WAITING_FOR_TURN", text: `Waiting for its turn in the sequence "${turn.key}"` };
  return { code: "QUEUED", text: queuedText(job, start.isLate), eta: start.eta };
}

function queuedText(job: QueuedJob, isLate: boolean): string {
  if (job.redispatches) return "Waiting for a worker; its message was sent again, in case the one before was lost";
  if (job.startedAt) return "Waiting for another worker, since the one before was shut down";
  return isLate ? "Waiting for a worker, longer than usual" : "Waiting for a worker";
}

/** Since when it has its place in the line that it stands in now. */
function lineSince(job: QueuedJob, putOff: Date | undefined): Date {
  const isFirst = job.startedAt === undefined && !job.redispatches;
  const since = isFirst ? waitedSince(job) : job.enqueuedAt;
  return putOff && putOff > since ? putOff : since;
}

function waitOf({ priority }: QueuedJob, { waitsMs }: Durations): Usual | undefined {
  return usualOf(waitsMs[priority]);
}

function whyProcessing(job: ProcessingJob, { durations, takeOverMs }: Expectations, now: Date): WaitReason {
  const { attempt, maxAttempts, progress } = job;
  if (isSilent(job, now)) {
    const text = "The worker gives no sign of life; another will take the job over";
    return {
      code: "STALLED",
      text,
      eta: takeOverMs === undefined ? undefined : ahead(job.leaseUntil, takeOverMs, now),
    };
  }
  if (job.last.event === "stumbled" && job.lastError) {
    const { code, message } = job.lastError;
    return { code: "RETRYING", text: `The step was tried and failed (${code}: ${message}); it is tried again` };
  }
  // What is left is the share of the usual time that the progress leaves, counted from when it came so far.
  const left = portion(usualOf(durations.worksMs), 1 - progress.fraction);
  const { eta, isLate } = foretell(job.movedAt ?? job.startedAt, left, now);
  const place = progress.step ? `at step "${progress.step}"` : "at work";
  const text = `A worker is ${place}, attempt ${attempt} of ${maxAttempts}${isLate ? ", for longer than usual" : ""}`;
  return { code: "WORKING", text, eta };
}

/** An orchestration that has nothing to write is seen by the supervisor, in a pass after its lease has run out. */
const UNSEEN_MS = 60_000;

function isSilent({ leaseUntil, instanceId }: ProcessingJob, now: Date): boolean {
  return leaseUntil.getTime() + (instanceId ? UNSEEN_MS : 0) <= now.getTime();
}

function portion(usual: Usual | undefined, share: number): Usual | undefined {
  return usual && { medianMs: usual.medianMs * share, p90Ms: usual.p90Ms * share };
}

/** By the median; where that is past already, by the ninth decile; where that is past as well, nobody knows. */
function foretell(
  since: Date,
  usual: Usual | undefined,
  now: Date,
): { readonly eta: Date | undefined; readonly isLate: boolean } {
  const eta = usual && (ahead(since, usual.medianMs, now) ?? ahead(since, usual.p90Ms, now));
  return { eta, isLate: usual !== undefined && eta === undefined };
}

function ahead(since: Date, afterMs: number, now: Date): Date | undefined {
  const time = new Date(since.getTime() + Math.ceil(afterMs));
  return time > now ? time : undefined;
}

/** `2026-03-01 09:00 UTC`, and the seconds where there are any. */
function toText(time: Date): string {
  const [day = "", clock = ""] = time.toISOString().split("T");
  return `${day} ${clock.slice(0, time.getUTCSeconds() === 0 ? 5 : 8)} UTC`;
}
