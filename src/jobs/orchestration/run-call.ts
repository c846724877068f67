import type { WorkerAnswer } from "../../delivery/ask-worker.ts";
import { MillraceError, toMillraceError } from "../../platform/errors.ts";
import type { CallStep } from "../../steps/call.ts";
import { checkAnswer } from "../../steps/check-answer.ts";
import type { CallAnswer } from "../life/waiting-for.ts";
import { readContent } from "../store/content.ts";
import { judgeFailure } from "../work/judge-failure.ts";
import { finishStep } from "./finish-step.ts";
import type { StepAnswer } from "./plan.ts";
import { loadInputs } from "./step-inputs.ts";
import { isFinished } from "./step-records.ts";
import { DONE, again } from "./step-run.ts";
import type { StepRun } from "./step-run.ts";
import { beginTry, endTry, giveUp, isGoodbye, reportFailure } from "./step-tries.ts";
import {
  briefly,
  changeWait,
  decidedOn,
  giveUpLate,
  giveUpTries,
  overOf,
  suspend,
  waitAtMost,
  waitOf,
  waitUntil,
} from "./step-waits.ts";
import type { WaitOf } from "./step-waits.ts";
import { withinStep } from "./within-step.ts";

type Waiting = WaitOf<"call">;

/**
 * Has a service of somebody else's do the step. The job waits before the worker is called, so that whoever is quick with
 * calling back finds it waiting; each call is counted before it, and every one of them names the same work.
 */
export async function runCall(run: StepRun<CallStep>): Promise<StepAnswer> {
  const { held, step, deps } = run;
  if (isFinished(held.job, step.name)) return DONE;
  if (!waitOf(held.job, step)) {
    const stopped = await beginToWait(run);
    if (stopped) return stopped;
  }
  const waiting = waitOf(held.job, step);
  if (!waiting) return overOf(run);
  const now = deps.clock.now();
  if (waiting.answer) return take(decidedOn(run, waiting), waiting.answer);
  if (waiting.until <= now) return giveUpLate(run, waiting);
  if (waiting.sentAt && !waiting.askAt) return waitUntil(waiting.until, now);
  return tell(run, waiting);
}

async function beginToWait(run: StepRun<CallStep>): Promise<StepAnswer | undefined> {
  const nothingToDo = await beginTry(run);
  if (nothingToDo) return nothingToDo;
  const { step, deps } = run;
  const now = deps.clock.now();
  const until = new Date(now.getTime() + step.deadlineMs);
  const { name, worker } = step;
  await suspend(run, { kind: "call", step: name, since: now, until, worker, failures: 0 });
  return undefined;
}

/** Calls the worker, or asks it where it said that it can be asked. */
async function tell(run: StepRun<CallStep>, waiting: Waiting): Promise<StepAnswer> {
  const { held, deps } = run;
  const isAsking = waiting.askAt !== undefined;
  // Asking is bounded by the deadline alone: the worker has the work, and only has to answer for it.
  if (!isAsking && waiting.failures >= held.job.maxAttempts) return giveUpTries(run, waiting);
  const begun = await changeWait(run, (now) => ({ ...now, failures: now.failures + 1 }));
  if (!begun) return overOf(run);
  if (begun.answer) return take(decidedOn(run, begun), begun.answer);
  try {
    deps.shutdown.begun.throwIfAborted();
    const inputs = await loadInputs(run);
    if ("outcome" in inputs) return inputs;
    const answer = await reach(run, begun, () => run.step.request(inputs));
    if (answer.outcome === "answered") return await take(decidedOn(run, begun), { output: { inline: answer.output } });
    return await goOn(run, answer);
  } catch (thrown) {
    return endTell(run, thrown, isAsking);
  }
}

/** A worker that takes longer to answer at once is better asked later, or calls back. */
const REACH_MS = 60_000;

async function reach(
  run: StepRun<CallStep>,
  { askAt, until: deadline }: Waiting,
  request: () => unknown,
): Promise<WorkerAnswer> {
  const { deps, step, call } = run;
  const { workspaceId, jobId, operationId } = call.lead;
  const target = { workspaceId, operationId, step: step.name };
  const { worker, name } = step;
  return withinStep(run, { name, timeoutMs: REACH_MS }, async ({ abortSignal }) => {
    if (askAt !== undefined) return deps.externalWorkers.ask({ worker, target, askAt, abortSignal });
    return deps.externalWorkers.call({ worker, target, jobId, request: request(), deadline, abortSignal });
  });
}

/** The worker has the work. It may have called back already. */
async function goOn(
  run: StepRun<CallStep>,
  { askAt, retryAfterMs = 0 }: Extract<WorkerAnswer, { outcome: "atWork" }>,
): Promise<StepAnswer> {
  const { deps, step } = run;
  const now = deps.clock.now();
  const waiting = await changeWait(run, ({ error: _error, ...before }) => ({
    ...before,
    failures: 0,
    sentAt: before.sentAt ?? now,
    ...(askAt !== undefined && { askAt }),
  }));
  if (!waiting) return overOf(run);
  if (waiting.answer) return take(decidedOn(run, waiting), waiting.answer);
  if (waiting.askAt === undefined) return waitUntil(waiting.until, now);
  return waitAtMost(Math.max(step.pollEveryMs, retryAfterMs), waiting, now);
}

/** Makes the worker's answer the step's output. */
async function take(run: StepRun<CallStep>, answer: CallAnswer): Promise<StepAnswer> {
  const { held, step, deps } = run;
  if ("failure" in answer) return giveUp(run, { code: "EXTERNAL_WORKER_FAILED", message: answer.failure });
  const { usage } = held.job;
  try {
    const inputs = await loadInputs(run);
    if ("outcome" in inputs) return inputs;
    const output = requireFitting(step, await readContent(deps.content, answer.output));
    return await finishStep(run, { output, artifacts: [], artifactsBefore: inputs.artifacts, usage });
  } catch (thrown) {
    return endTry(run, thrown, usage);
  }
}

/** @throws MillraceError EXTERNAL_ANSWER_INVALID */
function requireFitting(step: CallStep, said: unknown): unknown {
  const checked = checkAnswer(step, said);
  if ("output" in checked) return checked.output;
  const [first] = checked.errors;
  const message = `The answer of the worker "${step.worker}" does not fit: ${first?.pointer ?? ""} ${first?.message ?? ""}`;
  throw new MillraceError("EXTERNAL_ANSWER_INVALID", message);
}

async function endTell(run: StepRun<CallStep>, thrown: unknown, isAsking: boolean): Promise<StepAnswer> {
  const { held, deps, step } = run;
  held.lost.signal.throwIfAborted();
  if (isGoodbye(run, thrown)) {
    await changeWait(run, (now) => ({ ...now, failures: now.failures - 1 }));
    return again(0);
  }
  const failure = toMillraceError(thrown);
  reportFailure(run, failure);
  const error = briefly(failure);
  const waiting = await changeWait(run, (now) => ({ ...now, error }));
  if (!waiting) return overOf(run);
  if (waiting.answer) return take(decidedOn(run, waiting), waiting.answer);
  const tries = { attempt: isAsking ? 1 : waiting.failures, maxAttempts: isAsking ? 2 : held.job.maxAttempts };
  const verdict = judgeFailure(tries, failure, deps.chance());
  if (verdict.outcome === "giveUp") return giveUp(decidedOn(run, waiting), error);
  const now = deps.clock.now();
  if (waiting.until <= now) return giveUpLate(run, waiting);
  // It is listened for a callback meanwhile: what the worker did not take may have arrived all the same.
  return waitAtMost(isAsking ? Math.max(step.pollEveryMs, verdict.delayMs) : verdict.delayMs, waiting, now);
}
