import { toMillraceError } from "../../platform/errors.ts";
import { requireJsonValue } from "../../steps/json-value.ts";
import type { MapStep } from "../../steps/map.ts";
import { mayStayUncounted } from "../life/attempt-count.ts";
import type { Artifact, JobError, Usage } from "../life/job.ts";
import { addUsage } from "../life/usage.ts";
import { checkpointBlob } from "../store/checkpoints.ts";
import { keepContent, readContent } from "../store/content.ts";
import type { Part } from "../store/part.ts";
import { judgeFailure, writtenError } from "../work/judge-failure.ts";
import { createStepServices } from "../work/step-services.ts";
import { changePart } from "./change-part.ts";
import type { StepAnswer } from "./plan.ts";
import { recordOf } from "./step-records.ts";
import { DONE, STOP, again, mapOf } from "./step-run.ts";
import type { StepRun } from "./step-run.ts";
import { exhausted, giveUp, isGoodbye, reportFailure, untilOver } from "./step-tries.ts";
import { withinStep } from "./within-step.ts";

/** A part of a map, at work. */
interface PartRun extends StepRun<MapStep> {
  readonly index: number;
  readonly part: Part;
}

/**
 * Works on one part of a map: counts the try in the part's row, runs the step's code on its item, and writes down what
 * came of it. A part that fails is tried again alone.
 */
export async function runPart(run: StepRun<MapStep>, index: number): Promise<StepAnswer> {
  const { maxAttempts } = run.held.job;
  const now = run.deps.clock.now();
  const seen = { isExhausted: false };
  const part = await changePart(run, index, (found) => {
    seen.isExhausted = found.status !== "done" && found.attempt >= maxAttempts;
    if (seen.isExhausted || found.status === "done") return undefined;
    return { ...found, status: "running", attempt: found.attempt + 1, startedAt: now };
  });
  if (!part) return STOP; // The operation has ended, and its parts with it.
  if (seen.isExhausted) {
    const busy = untilOver(part, run.step.timeoutMs, now);
    return busy ?? failJob({ ...run, index, part }, exhausted(nameOf(run, index), maxAttempts));
  }
  return part.status === "done" ? DONE : tryPart({ ...run, index, part });
}

/** They stand in one column of the part's row, with names and addresses as long as they can be. */
const MOST_ARTIFACTS = 50;

async function tryPart(run: PartRun): Promise<StepAnswer> {
  const { deps, held, step, index } = run;
  const { askModel, meter } = deps.createModel();
  const artifacts: Artifact[] = [];
  const onAnswer = () => undefined; // What a part has used is written down with what it came to.
  try {
    deps.shutdown.begun.throwIfAborted();
    const services = createStepServices(deps, {
      ...{ holder: held, askModel, artifacts, mostArtifacts: MOST_ARTIFACTS, onAnswer },
    });
    const returned = await workOn(run, services);
    const blob = checkpointBlob(held, `${step.name}-${index}`);
    const output = await held.insist(async () => keepContent(deps.content, blob, returned));
    const done = await held.insist(async () =>
      changePart(run, index, (found) => {
        const { error: _, ...rest } = found;
        if (found.status === "done") return undefined;
        return { ...withUsage(rest, meter.total()), status: "done", output, artifacts };
      }),
    );
    if (!done) return STOP;
    const { lead } = run.call;
    deps.mapProgress.note({ lead, map: mapOf(run), step: step.name, steps: run.profile.steps });
    return DONE;
  } catch (thrown) {
    return endPart(run, thrown, meter.total());
  }
}

async function workOn(run: PartRun, services: ReturnType<typeof createStepServices>): Promise<unknown> {
  const { deps, held, step, index, part } = run;
  const { jobId, payload: kept } = held.job;
  const [payload, item] = await Promise.all([readContent(deps.content, kept), readContent(deps.content, part.item)]);
  const output = await withinStep(run, step, async (watched) =>
    step.run({ jobId, payload, item, index, services, ...watched }),
  );
  requireJsonValue(step.name, output);
  return output ?? null;
}

async function endPart(run: PartRun, thrown: unknown, usage: Usage | undefined): Promise<StepAnswer> {
  const { deps, held, index, part } = run;
  held.lost.signal.throwIfAborted();
  const isLeft = isGoodbye(run, thrown);
  const failure = toMillraceError(thrown);
  if (!isLeft) reportFailure(run, failure);
  const { maxAttempts } = held.job;
  const verdict = isLeft
    ? ({ outcome: "again", delayMs: 0, counted: !mayStayUncounted(part) } as const)
    : judgeFailure({ ...part, maxAttempts }, failure, deps.chance());
  const error = writtenError(failure);
  const counted = verdict.outcome === "giveUp" || verdict.counted;
  const now = await held.insist(async () =>
    changePart(run, index, (found) => {
      if (found.status === "done") return undefined;
      const counts = counted ? {} : { attempt: found.attempt - 1, uncounted: (found.uncounted ?? 0) + 1 };
      return { ...withUsage(found, usage), ...counts, status: "pending", ...(!isLeft && { error }) };
    }),
  );
  if (!now) return STOP;
  if (now.status === "done") return DONE; // By another call, which was faster.
  if (verdict.outcome === "again") return again(verdict.delayMs);
  return failJob(run, { ...error, message: `In ${nameOf(run, index)}: ${error.message}` });
}

async function failJob(run: PartRun, error: JobError): Promise<StepAnswer> {
  const { deps, held, step } = run;
  const { usageBefore } = recordOf(held.job, step.name);
  const { usage } = await deps.parts.tally(mapOf(run));
  return giveUp(run, error, { usage: addUsage(usageBefore, usage) });
}

function nameOf({ held, step }: StepRun, index: number): string {
  return `part ${index + 1} of ${recordOf(held.job, step.name).parts ?? 0} of step "${step.name}"`;
}

function withUsage(part: Part, usage: Usage | undefined): Part {
  const sum = addUsage(part.usage, usage);
  return sum ? { ...part, usage: sum } : part;
}
