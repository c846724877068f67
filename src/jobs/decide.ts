import type { ErrorCode } from "../contract/error-codes.ts";
import { againOnConflict } from "../platform/again-on-conflict.ts";
import type { Clock } from "../platform/clock.ts";
import { MillraceError } from "../platform/errors.ts";
import { decideBallot, verdictOf } from "./life/approval.ts";
import type { Approval, BallotDecision } from "./life/approval.ts";
import { awaitedBy } from "./life/awaited.ts";
import { evolve } from "./life/evolve.ts";
import type { Job, JobRef } from "./life/job.ts";
import type { Vote } from "./life/waiting-for.ts";
import type { JobStore } from "./store/job-store.ts";

export interface DecideDeps {
  readonly jobs: JobStore;
  readonly clock: Clock;
}

export interface DecideCommand {
  readonly ref: JobRef;
  readonly vote: Pick<Vote, "decision" | "comment">;
  /** Nobody, if the request did not say. */
  readonly voter: string | undefined;
  /** Only at this step, and in this operation; if absent, what waits when the job is first looked at. */
  readonly step?: string | undefined;
  readonly operationId?: string | undefined;
}

export interface Decided {
  readonly job: Job;
  /** With this vote the approval has come to its end, and the orchestration is to hear of it. */
  readonly isDecided: boolean;
}

/**
 * Writes a vote down, by one conditional write. To vote twice as one did before is to vote once. However often it has to
 * be tried, a vote is for one approval: never for one that people were asked for meanwhile.
 *
 * @throws MillraceError JOB_NOT_FOUND, GONE, OPERATION_SUPERSEDED, JOB_NOT_WAITING when there is nothing to decide on (any
 * more), SELF_APPROVAL, VOTER_UNKNOWN, ALREADY_VOTED, STORAGE_UNAVAILABLE, VERSION_CONFLICT when others keep writing
 */
export async function decideJob(deps: DecideDeps, command: DecideCommand): Promise<Decided> {
  let { step, operationId } = command;
  return againOnConflict(async () => {
    const stored = await deps.jobs.require(command.ref);
    const { job } = stored;
    const approval = openApproval(job, { step, operationId });
    ({ step } = approval);
    ({ operationId } = job);
    const now = deps.clock.now();
    const ballot = decideBallot(approval, { ...command, submittedBy: job.submittedBy, now });
    if (ballot.outcome === "again") return { job, isDecided: verdictOf(approval, now) !== undefined };
    if (ballot.outcome !== "counts") throw refusalOf(ballot.outcome);
    const saved = await deps.jobs.save(evolve(job, { type: "decided", vote: ballot.vote }, now), stored);
    const after = openApproval(saved.job, { step, operationId });
    return { job: saved.job, isDecided: verdictOf(after, now) !== undefined };
  });
}

/** @throws MillraceError OPERATION_SUPERSEDED, JOB_NOT_WAITING */
function openApproval(
  job: Job,
  { step, operationId = job.operationId }: Pick<DecideCommand, "step" | "operationId">,
): Approval {
  if (job.operationId !== operationId)
    throw new MillraceError("OPERATION_SUPERSEDED", `The job's current operation is "${job.operationId}"`);
  const awaited = awaitedBy(job);
  if (awaited?.kind !== "approval")
    throw new MillraceError("JOB_NOT_WAITING", `The job waits for no decision: its phase is "${job.phase}"`);
  if (step !== undefined && awaited.step !== step)
    throw new MillraceError("JOB_NOT_WAITING", `The job waits for a decision at step "${awaited.step}"`);
  return awaited;
}

type Refused = Exclude<BallotDecision["outcome"], "counts" | "again">;

const REFUSALS = {
  over: ["JOB_NOT_WAITING", "It is decided already, or its time is over"],
  selfApproval: ["SELF_APPROVAL", "Whoever submitted the job must not decide on it"],
  nameless: ["VOTER_UNKNOWN", "This decision needs to know who decides: sign in"],
  voted: ["ALREADY_VOTED", "You have voted otherwise, and votes stand"],
} as const satisfies Record<Refused, readonly [ErrorCode, string]>;

function refusalOf(outcome: Refused): MillraceError {
  const [code, message] = REFUSALS[outcome];
  return new MillraceError(code, message);
}
