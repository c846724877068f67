import type { ErrorCode } from "../../contract/error-codes.ts";
import type { Clock } from "../../platform/clock.ts";
import { hasCode } from "../../platform/errors.ts";
import { newToken } from "../../platform/ids.ts";
import type { ProfileRegistry } from "../../profiles/registry.ts";
import { isTooLate, putOffUntil } from "../life/due.ts";
import { evolve } from "../life/evolve.ts";
import type { JobEvent } from "../life/job-event.ts";
import type { Job, JobRef } from "../life/job.ts";
import { isTerminal } from "../life/lifecycle.ts";
import { UNKNOWN_TYPE_MS } from "../life/roll-out.ts";
import { nextToUndo, undoOfJob } from "../life/undo.ts";
import { isSequenced } from "../sequences/sequences.ts";
import type { Sequences } from "../sequences/sequences.ts";
import type { JobStore, StoredJob } from "../store/job-store.ts";

export interface ClaimDeps {
  readonly jobs: JobStore;
  readonly sequences: Sequences;
  readonly profiles: ProfileRegistry;
  readonly clock: Clock;
  readonly leaseMs: number;
  /** Of the claim of an orchestration. */
  readonly orchestrationLeaseMs: number;
}

export interface Claimable extends JobRef {
  readonly operationId: string;
}

/** What became of an attempt to take a job, and so what is to be done with the message that asked for it. */
export type Claim =
  | { readonly outcome: "claimed"; readonly stored: StoredJob }
  /** Its orchestration holds it: that may have to be started still. */
  | { readonly outcome: "led"; readonly job: LedJob }
  /** Nothing to do: the job is gone, has ended, or this message belongs to an older operation. */
  | { readonly outcome: "obsolete"; readonly reason: string }
  /** Somebody holds it, or its next try is not due: ask again then. */
  | { readonly outcome: "notYet"; readonly job: Job; readonly until: Date }
  /** A job before it in its sequence has not ended: ask again then. */
  | { readonly outcome: "notItsTurn"; readonly job: Job; readonly until: Date }
  /** This worker is older than the job's type, or younger: it is for another worker. No attempt is counted. */
  | { readonly outcome: "unknownType"; readonly job: Job }
  /** It has ended, and what it has done is to be taken back. */
  | { readonly outcome: "undo"; readonly stored: StoredJob }
  /** It was taken as often as it may be, or it is too late to begin: it has failed now. */
  | { readonly outcome: "ended"; readonly job: Job };

/**
 * Takes a job by a conditional write that also counts the attempt: if the process dies in the work that follows, the
 * attempt has been counted. Of two workers with the same message one gets the job.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function claimJob(deps: ClaimDeps, ref: Claimable): Promise<Claim> {
  for (;;) {
    const stored = await deps.jobs.get(ref);
    const now = deps.clock.now();
    const knows = (jobType: string) => deps.profiles.knows(jobType);
    const decided = decideClaim(stored?.job, { operationId: ref.operationId, now, knows });
    const decision = stored && decided.outcome === "take" ? await inTurn(deps, stored.job, now) : decided;
    if (!stored) return asClaim(decision, stored);
    try {
      if (decision.outcome !== "take" && decision.outcome !== "end")
        return asClaim(decision, await noteMeeting(deps, stored, now));
      if (decision.outcome === "end")
        return { outcome: "ended", job: (await deps.jobs.save(evolve(stored.job, decision.event, now), stored)).job };
      return {
        outcome: "claimed",
        stored: await deps.jobs.save(evolve(stored.job, claimed(deps, stored.job, now), now), stored),
      };
    } catch (thrown) {
      // Somebody else wrote meanwhile: read again and decide again.
      if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
    }
  }
}

/** Writes down when its type is met as unknown for the first time, and when it is known again. */
async function noteMeeting(deps: ClaimDeps, stored: StoredJob, now: Date): Promise<StoredJob> {
  const { job } = stored;
  const isKnown = deps.profiles.knows(job.jobType);
  if (job.phase !== "queued" || isKnown === (job.outdatedSince === undefined)) return stored;
  return deps.jobs.save(evolve(job, { type: "met", outdatedSince: isKnown ? undefined : now }, now), stored);
}

/** Neither a claim nor an end is written. */
function asClaim(decision: ClaimDecision, stored: StoredJob | undefined): Claim {
  return (decision.outcome === "undo" ? { ...decision, stored } : decision) as Claim;
}

/** A job that has begun keeps its turn until it ends. */
async function inTurn({ sequences }: ClaimDeps, job: Job, now: Date): Promise<ClaimDecision> {
  if (!isSequenced(job) || job.startedAt) return { outcome: "take" };
  const turn = await sequences.turnOf(job, now);
  if (turn.outcome === "wait") return { outcome: "notItsTurn", job, until: turn.until };
  return turn.outcome === "now" ? { outcome: "take" } : { outcome: "end", event: endWith("SEQUENCE_GAP", turn.reason) };
}

function claimed({ profiles, leaseMs, orchestrationLeaseMs }: ClaimDeps, job: Job, now: Date): JobEvent {
  const { orchestrated, version: profileVersion, steps } = profiles.require(job.jobType);
  const claimId = newToken();
  const plan = {
    profileVersion,
    stepNames: steps.map(({ name }) => name),
    ...(orchestrated && { instanceId: instanceIdOf(job) }),
  };
  const leaseUntil = new Date(now.getTime() + (orchestrated ? orchestrationLeaseMs : leaseMs));
  return { type: "claimed", claimId, leaseUntil, plan };
}

/** Each claim of an operation has an orchestration of its own; who claims it twice by mistake starts one. */
function instanceIdOf({ operationId, attempt, uncounted = 0 }: Job): string {
  return `${operationId}-${attempt + uncounted + 1}`;
}

/**
 * How a job ends that must not be worked on any more: no attempt is left and none came to an end, which is a crash loop;
 * or it was to begin before now; or nobody knows what it is. Nothing, if it may be worked on, by somebody.
 */
export function endWithoutWork(job: Job, now: Date, isKnown = true): Extract<JobEvent, { type: "gaveUp" }> | undefined {
  if (isTooLate(job, now)) return endWith("EXPIRED", "The job was not started before its `expires_at`");
  if (job.attempt >= job.maxAttempts)
    return endWith("ATTEMPTS_EXHAUSTED", `None of ${job.maxAttempts} attempts came to an end`);
  return isKnown ? undefined : endOfUnknown(job, now);
}

/** How a job ends whose type was met as unknown for so long that nobody will come any more who knows it. */
export function endOfUnknown(job: Job, now: Date): Extract<JobEvent, { type: "gaveUp" }> | undefined {
  const { outdatedSince } = { outdatedSince: undefined, ...job };
  if (!outdatedSince || now.getTime() - outdatedSince.getTime() <= UNKNOWN_TYPE_MS) return undefined;
  return endWith("UNKNOWN_JOB_TYPE", `No worker has known the job type "${job.jobType}" for a day`);
}

function endWith(code: ErrorCode, message: string): Extract<JobEvent, { type: "gaveUp" }> {
  return { type: "gaveUp", error: { code, message } };
}

type ClaimDecision =
  | Extract<Claim, { outcome: "obsolete" | "led" | "notYet" | "notItsTurn" | "unknownType" }>
  | { readonly outcome: "end"; readonly event: JobEvent }
  | { readonly outcome: "take" | "undo" };

export interface ClaimFacts {
  /** The operation that the message is for. */
  readonly operationId: string;
  readonly now: Date;
  /** Whether this version of the app knows a job type. */
  readonly knows: (jobType: string) => boolean;
}

/** Whether a worker that holds a message may take the job now. */
export function decideClaim(job: Job | undefined, { operationId, now, knows }: ClaimFacts): ClaimDecision {
  if (!job) return { outcome: "obsolete", reason: "the job does not exist" };
  if (job.operationId !== operationId) return { outcome: "obsolete", reason: "another operation is current" };
  if (isTerminal(job.phase)) return decideEnded(job, { now, knows });
  if (isLed(job)) return { outcome: "led", job };
  const until = notBefore(job);
  const isEarly = until !== undefined && until > now && !isTooLate(job, now);
  const isKnown = knows(job.jobType);
  const event = isEarly ? undefined : endWithoutWork(job, now, isKnown);
  if (event) return { outcome: "end", event };
  if (!isKnown) return { outcome: "unknownType", job };
  return isEarly ? { outcome: "notYet", job, until } : { outcome: "take" };
}

/** A job in the hands of an orchestration: only the supervisor, which asks for that, takes it away again. */
export type LedJob = Extract<Job, { phase: "processing" | "waiting" }> & { readonly instanceId: string };

export function isLed(job: Job): job is LedJob {
  return (job.phase === "processing" || job.phase === "waiting") && job.instanceId !== undefined;
}

/** What a message can still ask for when the job has ended: to take back what it has done. */
function decideEnded(job: Job, { now, knows }: Omit<ClaimFacts, "operationId">): ClaimDecision {
  const next = nextToUndo(undoOfJob(job));
  if (!next) return { outcome: "obsolete", reason: "the job has ended" };
  if (next.notBefore && next.notBefore > now)
    return { outcome: "obsolete", reason: "another worker takes back what it has done, or a later message will" };
  return knows(job.jobType) ? { outcome: "undo" } : { outcome: "unknownType", job };
}

function notBefore(job: Job): Date | undefined {
  if (job.phase === "queued") return putOffUntil(job);
  return job.phase === "processing" ? job.leaseUntil : undefined;
}
