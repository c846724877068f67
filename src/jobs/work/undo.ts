import { MillraceError, toMillraceError } from "../../platform/errors.ts";
import { findCompensable } from "../../steps/find-compensable.ts";
import type { CompensableStep } from "../../steps/find-compensable.ts";
import { runWithin } from "../../steps/run-within.ts";
import { evolve } from "../life/evolve.ts";
import type { Job, JobError, UndoRecord } from "../life/job.ts";
import { ROLL_OUT_MS } from "../life/roll-out.ts";
import { undoBegun, undoPutOff, undoSettled } from "../life/undo-tries.ts";
import { doneBy, nextToUndo, undoOfJob } from "../life/undo.ts";
import { dropCheckpoints, readOutputs } from "../store/checkpoints.ts";
import { readContent } from "../store/content.ts";
import type { JobStore, StoredJob } from "../store/job-store.ts";
import { decideFailure } from "./fail.ts";
import type { RunDeps } from "./run.ts";
import { createStepServices } from "./step-services.ts";

export interface UndoDeps extends RunDeps {
  readonly jobs: JobStore;
}

export interface Undone {
  readonly job: Job;
  /** Tries that came to nothing, each with its cause. */
  readonly failures: readonly MillraceError[];
}

/** Taking back is quick; and should a worker die of it, nobody waits longer than this for the next try. */
const LONGEST_TRY_MS = 300_000;

/**
 * Takes back what the finished steps of an operation have done that failed or was cancelled, the last step first. Each try
 * is counted by a conditional write before it, and what came of it is written down behind it: of two workers one is at it,
 * and whichever process dies, another goes on. So a handler can be called again for what it has taken back already. One
 * that fails for good keeps nobody from taking back what was done before it.
 *
 * @throws MillraceError VERSION_CONFLICT when another worker is at it, STORAGE_UNAVAILABLE
 */
export async function undoSteps(deps: UndoDeps, ended: StoredJob): Promise<Undone> {
  const failures: MillraceError[] = [];
  for (let stored = ended; ;) {
    const next = nextToUndo(undoOfJob(stored.job));
    if (!next) {
      await dropCheckpoints(deps, stored.job);
      return { job: stored.job, failures };
    }
    const moved = await undoOne(deps, stored, next);
    stored = moved.stored;
    if (moved.failure) failures.push(moved.failure);
    if (moved.againAt) {
      await deps.dispatch(stored.job, { delayMs: moved.againAt.getTime() - deps.clock.now().getTime() });
      return { job: stored.job, failures };
    }
  }
}

interface Moved {
  readonly stored: StoredJob;
  readonly failure?: MillraceError;
  /** Another try of the same follows then. */
  readonly againAt?: Date;
}

/** Whether what is next to be taken back was done by a later version of the profile than this process has: another may have it. */
export function isForLater({ profiles, clock }: UndoDeps, job: Job): boolean {
  const next = nextToUndo(undoOfJob(job));
  const isRollOut = "endedAt" in job && clock.now().getTime() - job.endedAt.getTime() < ROLL_OUT_MS;
  return isRollOut && next !== undefined && doneBy(job, next).profileVersion > profiles.require(job.jobType).version;
}

async function undoOne(deps: UndoDeps, stored: StoredJob, record: UndoRecord): Promise<Moved> {
  const { job } = stored;
  const { step, attempt } = record;
  if (attempt >= job.maxAttempts) {
    const message = `None of ${job.maxAttempts} tries to take it back came to an end`;
    const failure = new MillraceError("ATTEMPTS_EXHAUSTED", message);
    return { stored: await save(deps, stored, undoSettled(undoOfJob(job), written(failure))), failure };
  }
  const handler = findCompensable(deps.profiles.require(job.jobType), step);
  const limitMs = handler?.kind === "task" ? Math.min(handler.timeoutMs, LONGEST_TRY_MS) : LONGEST_TRY_MS;
  const notBefore = new Date(deps.clock.now().getTime() + limitMs);
  const begun = await save(deps, stored, undoBegun(undoOfJob(job), notBefore));
  try {
    deps.shutdown.begun.throwIfAborted();
    await call(deps, begun.job, { handler, record, limitMs });
  } catch (thrown) {
    return failed(deps, begun, thrown);
  }
  return { stored: await save(deps, begun, undoSettled(undoOfJob(begun.job))) };
}

interface Handler {
  readonly handler: CompensableStep | undefined;
  readonly record: UndoRecord;
  readonly limitMs: number;
}

/** @throws whatever the handler throws; MillraceError STEP_TIMEOUT, COMPENSATION_IMPOSSIBLE, STORAGE_UNAVAILABLE */
async function call(deps: UndoDeps, job: Job, { handler, record, limitMs }: Handler): Promise<void> {
  const { step } = record;
  const { profileVersion, steps } = doneBy(job, record);
  if (!handler) throw impossible(`Step "${step}" cannot be taken back by the profile as it is now`);
  const { version } = deps.profiles.require(job.jobType);
  if (!knowsOutputOf(profileVersion, handler, version))
    throw impossible(`Version ${version} of the profile cannot take back what version ${profileVersion} has done`);
  const read = await readOutputs(deps.content, steps, step);
  if (!read) throw impossible(`What step "${step}" has returned cannot be read any more`);
  const inputs = {
    ...read,
    jobId: job.jobId,
    payload: await readContent(deps.content, job.payload),
    services: createStepServices(deps, {
      holder: { job, writer: "undo" },
      askModel: deps.createModel().askModel,
      artifacts: [],
      onAnswer: () => undefined,
    }),
  };
  const watched = { abortSignal: deps.shutdown.graceOver, progress: () => undefined };
  await runWithin({ name: step, timeoutMs: limitMs }, watched, async (within) =>
    handler.compensate({ ...inputs, ...within }),
  );
}

/** What another version has returned may be of another shape: a handler must say that it can take it. */
function knowsOutputOf(ran: number, { compensatesSince = Infinity }: CompensableStep, version: number): boolean {
  return ran === version || (compensatesSince <= ran && ran < version);
}

function impossible(message: string): MillraceError {
  return new MillraceError("COMPENSATION_IMPOSSIBLE", message);
}

/** A try that this process had to leave counts for nothing; of the others, only what may pass is tried again. */
async function failed(deps: UndoDeps, begun: StoredJob, thrown: unknown): Promise<Moved> {
  const { job } = begun;
  const undo = undoOfJob(job);
  const now = deps.clock.now();
  const { begun: ending } = deps.shutdown;
  if (ending.aborted && thrown === ending.reason)
    return { stored: await save(deps, begun, undoPutOff(undo, { notBefore: now })), againAt: now };
  const failure = toMillraceError(thrown);
  const error = written(failure);
  const { attempt = 0 } = nextToUndo(undo) ?? {};
  const tries = { attempt, maxAttempts: job.maxAttempts };
  const decided = decideFailure(tries, { error: failure, steps: [], usage: undefined, now }, deps.chance());
  if (decided.type === "gaveUp") return { stored: await save(deps, begun, undoSettled(undo, error)), failure };
  const stored = await save(deps, begun, undoPutOff(undo, { error, notBefore: decided.retryAt }));
  return { stored, failure, againAt: decided.retryAt };
}

/** Those of many steps stand in one column. */
const MAX_MESSAGE_CHARACTERS = 200;

function written({ code, message }: MillraceError): JobError {
  return { code, message: message.slice(0, MAX_MESSAGE_CHARACTERS) };
}

async function save(deps: UndoDeps, stored: StoredJob, undo: readonly UndoRecord[]): Promise<StoredJob> {
  return deps.jobs.save(evolve(stored.job, { type: "undone", undo }, deps.clock.now()), stored);
}
