import type { Clock } from "../platform/clock.ts";
import { hasCode } from "../platform/errors.ts";
import { newToken } from "../platform/ids.ts";
import type { ProfileRegistry } from "../profiles/registry.ts";
import { isTooLate, putOffUntil } from "./due.ts";
import { evolve } from "./evolve.ts";
import type { JobEvent } from "./evolve.ts";
import type { JobStore, StoredJob } from "./job-store.ts";
import type { Job, JobRef } from "./job.ts";
import { isTerminal } from "./lifecycle.ts";

export interface ClaimDeps {
  readonly jobs: JobStore;
  readonly profiles: ProfileRegistry;
  readonly clock: Clock;
  readonly leaseMs: number;
}

export interface Claimable extends JobRef {
  readonly operationId: string;
}

/** What became of an attempt to take a job, and so what is to be done with the message that asked for it. */
export type Claim =
  | { readonly outcome: "claimed"; readonly stored: StoredJob }
  /** Nothing to do: the job is gone, has ended, or this message belongs to an older operation. */
  | { readonly outcome: "obsolete"; readonly reason: string }
  /** Somebody holds it, or its next try is not due: ask again then. */
  | { readonly outcome: "notYet"; readonly job: Job; readonly until: Date }
  /** This worker is older than the job's type, or younger: it is for another worker. No attempt is counted. */
  | { readonly outcome: "unknownType"; readonly job: Job }
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
    const decision = decideClaim(stored?.job, ref.operationId, now);
    if (!stored || decision.outcome === "obsolete") return decision as Extract<Claim, { outcome: "obsolete" }>;
    const { job } = stored;
    if (!deps.profiles.knows(job.jobType)) return { outcome: "unknownType", job };
    if (decision.outcome === "notYet") return decision;
    const event = endWithoutWork(job, now) ?? claimed(now, deps.leaseMs);
    try {
      const saved = await deps.jobs.save(evolve(job, event, now), stored);
      return event.type === "claimed" ? { outcome: "claimed", stored: saved } : { outcome: "ended", job: saved.job };
    } catch (thrown) {
      // Somebody else wrote meanwhile: read again and decide again.
      if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
    }
  }
}

function claimed(now: Date, leaseMs: number): JobEvent {
  return { type: "claimed", claimId: newToken(), leaseUntil: new Date(now.getTime() + leaseMs) };
}

/**
 * How a job ends that must not be worked on any more: no attempt is left and none came to an end, which is a crash loop;
 * or it was to begin before now. Nothing, if it may be.
 */
export function endWithoutWork(job: Job, now: Date): Extract<JobEvent, { type: "gaveUp" }> | undefined {
  if (isTooLate(job, now))
    return { type: "gaveUp", error: { code: "EXPIRED", message: "The job was not started before its `expires_at`" } };
  if (job.attempt < job.maxAttempts) return undefined;
  const message = `None of ${job.maxAttempts} attempts came to an end`;
  return { type: "gaveUp", error: { code: "ATTEMPTS_EXHAUSTED", message } };
}

/** `take`: a claim, or the end of a job that must not be worked on. */
type ClaimDecision = Extract<Claim, { outcome: "obsolete" | "notYet" }> | { readonly outcome: "take" };

/** Whether a worker that holds a message for `operationId` may take the job now. */
export function decideClaim(job: Job | undefined, operationId: string, now: Date): ClaimDecision {
  if (!job) return { outcome: "obsolete", reason: "the job does not exist" };
  if (job.operationId !== operationId) return { outcome: "obsolete", reason: "another operation is current" };
  if (isTerminal(job.phase)) return { outcome: "obsolete", reason: "the job has ended" };
  if (isTooLate(job, now)) return { outcome: "take" };
  const until = notBefore(job);
  if (until && until > now) return { outcome: "notYet", job, until };
  return { outcome: "take" };
}

function notBefore(job: Job): Date | undefined {
  if (job.phase === "queued") return putOffUntil(job);
  return job.phase === "processing" ? job.leaseUntil : undefined;
}
