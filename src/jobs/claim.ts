import type { Clock } from "../platform/clock.ts";
import { hasCode } from "../platform/errors.ts";
import { newToken } from "../platform/ids.ts";
import type { ProfileRegistry } from "../profiles/registry.ts";
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
  /** It was taken as often as it may be and never came to an end: a crash loop. It has failed now. */
  | { readonly outcome: "exhausted"; readonly job: Job };

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
    const event = job.attempt >= job.maxAttempts ? attemptsExhausted(job) : claimed(now, deps.leaseMs);
    try {
      const saved = await deps.jobs.save(evolve(job, event, now), stored);
      return event.type === "claimed"
        ? { outcome: "claimed", stored: saved }
        : { outcome: "exhausted", job: saved.job };
    } catch (thrown) {
      // Somebody else wrote meanwhile: read again and decide again.
      if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
    }
  }
}

function claimed(now: Date, leaseMs: number): JobEvent {
  return { type: "claimed", claimId: newToken(), leaseUntil: new Date(now.getTime() + leaseMs) };
}

/** The end of a crash loop: no attempt is left, and none came to an end. */
export function attemptsExhausted(job: Job): JobEvent {
  const message = `None of ${job.maxAttempts} attempts came to an end`;
  return { type: "gaveUp", error: { code: "ATTEMPTS_EXHAUSTED", message } };
}

type ClaimDecision = Extract<Claim, { outcome: "obsolete" | "notYet" }> | { readonly outcome: "take" };

/** Whether a worker that holds a message for `operationId` may take the job now. */
export function decideClaim(job: Job | undefined, operationId: string, now: Date): ClaimDecision {
  if (!job) return { outcome: "obsolete", reason: "the job does not exist" };
  if (job.operationId !== operationId) return { outcome: "obsolete", reason: "another operation is current" };
  if (isTerminal(job.phase)) return { outcome: "obsolete", reason: "the job has ended" };
  const until = notBefore(job);
  if (until && until > now) return { outcome: "notYet", job, until };
  return { outcome: "take" };
}

function notBefore(job: Job): Date | undefined {
  switch (job.phase) {
    case "queued":
      return job.retryAt;
    case "processing":
      return job.leaseUntil;
    case "done":
    case "failed":
      return undefined;
  }
}
