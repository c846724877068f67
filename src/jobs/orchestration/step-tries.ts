import type { MillraceError } from "../../platform/errors.ts";
import { toMillraceError } from "../../platform/errors.ts";
import { mayStayUncounted } from "../life/attempt-count.ts";
import { factsOf } from "../life/job-facts.ts";
import type { JobError, StepRecord, Usage } from "../life/job.ts";
import { isTerminal } from "../life/lifecycle.ts";
import { followEnd } from "../store/follow-end.ts";
import type { Part } from "../store/part.ts";
import { noticedBy } from "../work/holder.ts";
import { judgeFailure, writtenError } from "../work/judge-failure.ts";
import type { HeldJob } from "./activity-hold.ts";
import type { StepAnswer } from "./plan.ts";
import { progressAt } from "./step-progress.ts";
import { begun, failed, isFinished, lastTry, left, recordOf, withRecord } from "./step-records.ts";
import { DONE, STOP, again } from "./step-run.ts";
import type { StepRun } from "./step-run.ts";

/**
 * Counts one try more of the step, before it begins: a process that dies in it has used it up. Answers when there is
 * nothing to try: the step has finished, or has had all its tries.
 */
export async function beginTry(run: StepRun): Promise<StepAnswer | undefined> {
  const { deps, held, step, profile } = run;
  const found = { isBegun: false };
  const now = deps.clock.now();
  await held.change((job, leaseUntil) => {
    const record = recordOf(job, step.name);
    found.isBegun = record.status !== "completed" && lastTry(record).attempt < job.maxAttempts;
    if (!found.isBegun) return undefined;
    const steps = withRecord(job, begun(record, now));
    const progress = progressAt({ steps: profile.steps, records: steps, name: step.name, fraction: 0 });
    return { type: "progressed", leaseUntil, steps, progress };
  });
  if (found.isBegun) return undefined;
  const record = recordOf(held.job, step.name);
  if (record.status === "completed") return DONE;
  const { status } = record;
  const limitMs = step.kind === "task" ? step.timeoutMs : 0;
  return (
    untilOver({ status, ...lastTry(record) }, limitMs, now) ??
    giveUp(run, exhausted(`step "${step.name}"`, held.job.maxAttempts))
  );
}

/** What is insisted on is written by then, and what the house itself does for a step is done. */
const WRITTEN_MS = 120_000;
/** The other call may end long before its time is over. */
const LOOK_AGAIN_MS = 30_000;

/**
 * An activity can be called twice for the same: the last try that a step may have can be at work elsewhere, and is not
 * to be taken for lost before its time is over. Nothing, when it is.
 */
export function untilOver(
  { status, startedAt }: Pick<StepRecord | Part, "status" | "startedAt">,
  limitMs: number,
  now: Date,
): StepAnswer | undefined {
  if (status !== "running" || !startedAt) return undefined;
  const leftMs = startedAt.getTime() + limitMs + WRITTEN_MS - now.getTime();
  return leftMs > 0 ? again(Math.min(leftMs, LOOK_AGAIN_MS)) : undefined;
}

/** How a job ends of which something was tried as often as it may be, and never said what came of it. */
export function exhausted(what: string, maxAttempts: number): JobError {
  return { code: "ATTEMPTS_EXHAUSTED", message: `None of ${maxAttempts} tries of ${what} came to an end` };
}

/** What a try has come to that threw this: the same again some time later, or the end of the job. */
export async function endTry(run: StepRun, thrown: unknown, usage: Usage | undefined): Promise<StepAnswer> {
  const { deps, held, step } = run;
  held.lost.signal.throwIfAborted();
  if (isGoodbye(run, thrown)) return leaveTry(run, usage);
  const failure = toMillraceError(thrown);
  reportFailure(run, failure);
  const { maxAttempts } = held.job;
  const record = recordOf(held.job, step.name);
  if (record.status === "completed") return DONE; // By another call, which was faster.
  const verdict = judgeFailure({ ...record, ...lastTry(record), maxAttempts }, failure, deps.chance());
  const error = writtenError(failure);
  const counted = verdict.outcome === "giveUp" || verdict.counted;
  const stepsOf = (job: HeldJob) => {
    const tried = failed(recordOf(job, step.name), { now: deps.clock.now(), counted });
    // What a wait has come to is taken up again without a new beginning: so the next try is counted here.
    const isNext = job.phase === "waiting" && verdict.outcome === "again";
    return withRecord(job, isNext ? begun(tried, deps.clock.now()) : tried);
  };
  if (verdict.outcome === "giveUp") return giveUp(run, error, { stepsOf, usage });
  const job = await held.insist(async () =>
    held.change((current, leaseUntil) => {
      if (isFinished(current, step.name)) return undefined; // By another call, since then.
      return { type: "stumbled", leaseUntil, steps: stepsOf(current), usage, error };
    }),
  );
  return isFinished(job, step.name) ? DONE : again(verdict.delayMs);
}

/** Whether the try was broken off because this process must end. */
export function isGoodbye({ deps: { shutdown } }: StepRun, thrown: unknown): boolean {
  return shutdown.begun.aborted && thrown === shutdown.begun.reason;
}

/** Another process may try at once; this one is not to count. */
async function leaveTry({ held, step, profile }: StepRun, usage: Usage | undefined): Promise<StepAnswer> {
  await held.change((job, leaseUntil) => {
    const record = recordOf(job, step.name);
    if (record.status === "completed") return undefined;
    const steps = withRecord(job, left(record, !mayStayUncounted(record)));
    const progress = progressAt({ steps: profile.steps, records: steps, name: step.name, fraction: 0 });
    return { type: "progressed", leaseUntil, steps, progress, usage };
  });
  return again(0);
}

interface LastWork {
  /** The steps as they are to stand from then on, if this try leaves something in them. */
  readonly stepsOf?: (job: HeldJob) => StepRecord[];
  readonly usage?: Usage | undefined;
}

/**
 * Ends the job: it has failed. Unless another call has finished the step meanwhile: then the job goes on; or what was
 * decided on is not so any more: then it is to look again.
 */
export async function giveUp(
  { deps, held, step, log, isStillSo }: StepRun,
  error: JobError,
  { stepsOf, usage }: LastWork = {},
): Promise<StepAnswer> {
  held.stop();
  let before = held.job;
  const job = await held.insist(async () =>
    held.change((current) => {
      if (isFinished(current, step.name) || isStillSo?.(current) === false) return undefined;
      before = current;
      const others = step.kind === "map" ? { noticedBy: noticedBy(deps.clock.now(), deps) } : {}; // Parts.
      return { type: "gaveUp", error, ...others, ...(stepsOf && { steps: stepsOf(current) }), ...(usage && { usage }) };
    }),
  );
  if (!isTerminal(job.phase)) return isFinished(held.job, step.name) ? DONE : again(0);
  await followEnd(deps, job, before);
  log.info("job failed", factsOf(job));
  return STOP;
}

/** A failure without a code is a defect of ours and stands out, as those of whole attempts do. */
export function reportFailure({ held, step, call, log }: StepRun, failure: MillraceError): void {
  const { code, kind } = failure;
  const facts = { ...factsOf(held.job), step: step.name, part: call.index, code, kind };
  if (code === "UNCLASSIFIED") log.error("try failed", facts, failure);
  else log.warn("try failed", facts, failure);
}
