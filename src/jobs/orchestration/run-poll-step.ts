import { toMillraceError } from "../../platform/errors.ts";
import type { Looked, PollStep } from "../../steps/poll.ts";
import type { Artifact, Usage } from "../life/job.ts";
import { addUsage } from "../life/usage.ts";
import { judgeFailure } from "../work/judge-failure.ts";
import { createStepServices } from "../work/step-services.ts";
import { finishStep } from "./finish-step.ts";
import type { StepAnswer } from "./plan.ts";
import { loadInputs } from "./step-inputs.ts";
import type { LoadedInputs } from "./step-inputs.ts";
import { isFinished } from "./step-records.ts";
import { DONE, again } from "./step-run.ts";
import type { StepRun } from "./step-run.ts";
import { beginTry, giveUp, isGoodbye, reportFailure } from "./step-tries.ts";
import { briefly, changeWait, giveUpLate, giveUpTries, lookAfter, overOf, suspend, waitOf } from "./step-waits.ts";
import type { WaitOf } from "./step-waits.ts";
import { withinStep } from "./within-step.ts";

/** Looks whether what happens elsewhere is done, each look counted before it begins. The first call only lets the job wait. */
export async function runPollStep(run: StepRun<PollStep>): Promise<StepAnswer> {
  const { held, step, deps } = run;
  if (isFinished(held.job, step.name)) return DONE;
  const waiting = waitOf(held.job, step);
  if (!waiting) return beginToWait(run);
  if (waiting.failures >= held.job.maxAttempts) return giveUpTries(run, waiting);
  const begun = await changeWait(run, (now) => ({ ...now, looks: now.looks + 1, failures: now.failures + 1 }));
  if (!begun) return overOf(run);
  const { askModel, meter } = deps.createModel();
  const before = held.job.usage;
  const usage = () => addUsage(before, meter.total());
  try {
    deps.shutdown.begun.throwIfAborted();
    const inputs = await loadInputs(run);
    if ("outcome" in inputs) return inputs;
    const artifacts: Artifact[] = [...inputs.artifacts];
    const services = createStepServices(deps, { holder: held, askModel, artifacts, onAnswer: () => undefined });
    const looked = await look(run, inputs, services);
    if (!looked.done) return await goOn(run, looked.message, usage());
    const own = artifacts.slice(inputs.artifacts.length);
    const { output } = looked;
    return await finishStep(run, { output, artifacts: own, artifactsBefore: inputs.artifacts, usage: usage() });
  } catch (thrown) {
    return endLook(run, thrown, usage());
  }
}

async function beginToWait(run: StepRun<PollStep>): Promise<StepAnswer> {
  const nothingToDo = await beginTry(run);
  if (nothingToDo) return nothingToDo;
  const { held, step, deps } = run;
  const now = deps.clock.now();
  const until = new Date(now.getTime() + step.deadlineMs);
  const { name, everyMs: waitMs } = step;
  await suspend(run, { kind: "poll", step: name, since: now, until, looks: 0, failures: 0, waitMs });
  const waiting = waitOf(held.job, step);
  return waiting ? lookAfter(waiting.waitMs, waiting, now) : again(0);
}

async function look(
  run: StepRun<PollStep>,
  { payload, outputs }: LoadedInputs,
  services: ReturnType<typeof createStepServices>,
): Promise<Looked<unknown>> {
  const { held, step } = run;
  const { jobId } = held.job;
  return withinStep(run, step, async (watched) => step.run({ jobId, payload, outputs, services, ...watched }));
}

const MAX_MESSAGE_CHARACTERS = 200;

/** It is not done yet: later again, until the time is over. */
async function goOn(run: StepRun<PollStep>, said = "", usage?: Usage): Promise<StepAnswer> {
  const message = said.slice(0, MAX_MESSAGE_CHARACTERS);
  const waiting = await changeWait(run, (now) => wellLooked(run.step, now, message), usage);
  if (!waiting) return overOf(run);
  const now = run.deps.clock.now();
  return waiting.until <= now ? giveUpLate(run, waiting) : lookAfter(waiting.waitMs, waiting, now);
}

function wellLooked(
  { backoff, longestMs = Infinity }: PollStep,
  { error: _error, message: _said, ...waiting }: WaitOf<"poll">,
  message: string,
): WaitOf<"poll"> {
  const waitMs = Math.min(longestMs, waiting.waitMs * backoff);
  return { ...waiting, failures: 0, waitMs, ...(message && { message }) };
}

async function endLook(run: StepRun<PollStep>, thrown: unknown, usage: Usage | undefined): Promise<StepAnswer> {
  const { held, deps } = run;
  held.lost.signal.throwIfAborted();
  if (isGoodbye(run, thrown)) {
    await changeWait(run, (now) => ({ ...now, looks: now.looks - 1, failures: now.failures - 1 }), usage);
    return again(0);
  }
  const failure = toMillraceError(thrown);
  reportFailure(run, failure);
  const error = briefly(failure);
  const waiting = await changeWait(run, (now) => ({ ...now, error }), usage);
  if (!waiting) return overOf(run);
  const tries = { attempt: waiting.failures, maxAttempts: held.job.maxAttempts };
  const verdict = judgeFailure(tries, failure, deps.chance());
  if (verdict.outcome === "giveUp") return giveUp(run, error);
  const now = deps.clock.now();
  return waiting.until <= now ? giveUpLate(run, waiting) : lookAfter(verdict.delayMs, waiting, now);
}
