import { envelopeSchema } from "../../contract/envelope.ts";
import type { Envelope } from "../../contract/envelope.ts";
import { hasCode } from "../../platform/errors.ts";
import type { Job, JobError } from "../life/job.ts";
import { hasToUndo } from "../life/undo.ts";
import { clearCheckpoints } from "../store/checkpoints.ts";
import { followEnd } from "../store/follow-end.ts";
import type { StoredJob } from "../store/job-store.ts";
import type { AtWork } from "./at-work.ts";
import { claimJob, isLed } from "./claim.ts";
import type { Claim, ClaimDeps, LedJob } from "./claim.ts";
import { ClaimedJob } from "./claimed-job.ts";
import { runJob } from "./run.ts";
import type { Ran, RunDeps } from "./run.ts";
import { isForLater, undoSteps } from "./undo.ts";
import type { Undone } from "./undo.ts";

export interface ReceiveDeps extends RunDeps, ClaimDeps {
  readonly atWork: AtWork;
  /** Starts the orchestration that is to lead the job; calm when it runs already. @throws MillraceError STORAGE_UNAVAILABLE */
  readonly startOrchestration: (job: LedJob) => Promise<void>;
  /** Sets a message that is not ours aside, where a person finds it. */
  readonly setAside: (message: unknown, why: JobError) => Promise<void>;
}

/** What a message led to, for the log. */
export type Received =
  | ({ readonly outcome: "ran" } & Ran)
  /** An orchestration leads the job from here. */
  | { readonly outcome: "led"; readonly job: Job }
  /** What the job had done was taken back, as far as that came; it had ended before. */
  | ({ readonly outcome: "undone" } & Undone)
  /** The job had no attempt left, or it was too late to begin: it has failed. */
  | { readonly outcome: "ended"; readonly job: Job }
  /** The job was cancelled while this worker was at it. */
  | { readonly outcome: "cancelled"; readonly job: Job }
  /** It was cancelled and has begun anew, or is gone altogether, while this worker was still at the operation before. */
  | { readonly outcome: "superseded"; readonly job: Job }
  /** Another worker took the job while this one was at it; nothing of this one's was written. */
  | { readonly outcome: "fenced"; readonly job: Job }
  | { readonly outcome: "postponed"; readonly job: Job; readonly until: Date }
  /** This worker does not know the job's type: the caller gives the message back, for another. */
  | { readonly outcome: "unknownType"; readonly job: Job }
  | { readonly outcome: "obsolete"; readonly jobId: string; readonly reason: string }
  | { readonly outcome: "setAside" };

/**
 * Does what a queue message asks for. When this returns, the message may be deleted; when it throws, the message
 * should come back: nothing was lost, and whatever was done already is found done. A message that goes for good leaves
 * the job's wake-up row behind, and with it the supervisor.
 *
 * @param message the message's content, as the host parsed it: anything at all
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function receiveMessage(deps: ReceiveDeps, message: unknown): Promise<Received> {
  const parsed = envelopeSchema.safeParse(message);
  if (!parsed.success) {
    await deps.setAside(message, UNREADABLE_MESSAGE);
    return { outcome: "setAside" };
  }
  const { workspace_id: workspaceId, job_id: jobId, operation_id: operationId } = parsed.data;
  const claim = await claimJob(deps, { workspaceId, jobId, operationId });
  switch (claim.outcome) {
    case "claimed":
      return isLed(claim.stored.job)
        ? lead(deps, claim.stored.job)
        : runClaimed(deps, new ClaimedJob(claim.stored, deps));
    case "led":
      return lead(deps, claim.job);
    case "notYet":
      // A new message for then, and this one goes: the count stays the same, and no delivery is wasted on waiting.
      await deps.dispatch(claim.job, { delayMs: claim.until.getTime() - deps.clock.now().getTime() });
      return { outcome: "postponed", job: claim.job, until: claim.until };
    case "notItsTurn":
      return waitForTurn(deps, claim, parsed.data);
    case "obsolete":
      return { outcome: "obsolete", jobId, reason: claim.reason };
    case "undo":
      if (isForLater(deps, claim.stored.job)) return { outcome: "unknownType", job: claim.stored.job };
      return takeBack(deps, claim.stored);
    case "unknownType":
      return claim;
    case "ended":
      await followEnd(deps, claim.job);
      return claim;
  }
}

async function takeBack(deps: ReceiveDeps, stored: StoredJob): Promise<Received> {
  try {
    return { outcome: "undone", ...(await undoSteps(deps, stored)) };
  } catch (thrown) {
    if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
    const { jobId } = stored.job;
    return { outcome: "obsolete", jobId, reason: "another worker takes back what it has done" };
  }
}

export const UNREADABLE_MESSAGE: JobError = {
  code: "ENVELOPE_INVALID",
  message: "The message is not one that names a job",
};

/**
 * The message comes back later, unless the supervisor has put another since: jobs can wait for days, and must not have
 * more messages with each day.
 */
async function waitForTurn(
  deps: ReceiveDeps,
  { job, until }: Extract<Claim, { outcome: "notItsTurn" }>,
  { enqueued_at: enqueuedAt }: Envelope,
): Promise<Received> {
  const rungAt = new Date(enqueuedAt);
  if (rungAt < job.enqueuedAt)
    return { outcome: "obsolete", jobId: job.jobId, reason: "it waits for its turn, and a later message rings for it" };
  // The supervisor's message can be here before the row says that there is one, and must outlive that row's change.
  const delayMs = until.getTime() - deps.clock.now().getTime();
  await deps.dispatch({ ...job, enqueuedAt: rungAt }, { delayMs });
  return { outcome: "postponed", job, until };
}

/** Whoever dies in between leaves a claim without an orchestration: then the message comes back, and starts it. */
async function lead(deps: ReceiveDeps, job: LedJob): Promise<Received> {
  await deps.startOrchestration(job);
  return { outcome: "led", job };
}

async function runClaimed(deps: ReceiveDeps, claimed: ClaimedJob): Promise<Received> {
  deps.atWork.add(claimed);
  try {
    return { outcome: "ran", ...(await runJob(deps, claimed)) };
  } catch (thrown) {
    const { job } = claimed;
    if (hasCode(thrown, "LEASE_LOST")) return { outcome: "fenced", job };
    const isCancelled = hasCode(thrown, "JOB_CANCELLED");
    if (!isCancelled && !hasCode(thrown, "OPERATION_SUPERSEDED")) throw thrown;
    // What may have to be taken back goes by its checkpoints; when that is over, they go as well.
    if (!hasToUndo(job)) await clearCheckpoints(deps, job);
    return { outcome: isCancelled ? "cancelled" : "superseded", job };
  } finally {
    deps.atWork.remove(claimed);
  }
}
