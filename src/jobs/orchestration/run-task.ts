import { furthest } from "../../steps/fraction.ts";
import type { TaskStep } from "../../steps/task.ts";
import type { Usage } from "../life/job.ts";
import { addUsage } from "../life/usage.ts";
import { createStepServices } from "../work/step-services.ts";
import { finishStep } from "./finish-step.ts";
import type { StepAnswer } from "./plan.ts";
import { loadInputs } from "./step-inputs.ts";
import type { LoadedInputs } from "./step-inputs.ts";
import { progressAt } from "./step-progress.ts";
import { recordOf } from "./step-records.ts";
import type { StepRun } from "./step-run.ts";
import { beginTry, endTry } from "./step-tries.ts";
import { withinStep } from "./within-step.ts";

/** Carries out a task: counts the try, runs the step's code, and writes down what came of it. */
export async function runTask(run: StepRun<TaskStep>): Promise<StepAnswer> {
  const nothingToDo = await beginTry(run);
  if (nothingToDo) return nothingToDo;
  const { deps, held } = run;
  const { askModel, meter } = deps.createModel();
  const before = held.job.usage;
  const usage = () => addUsage(before, meter.total());
  try {
    deps.shutdown.begun.throwIfAborted();
    const inputs = await loadInputs(run);
    if ("outcome" in inputs) return inputs;
    const artifacts = [...inputs.artifacts];
    const say = reporter(run, usage);
    const onAnswer = () => {
      say();
    };
    const services = createStepServices(deps, { holder: held, askModel, artifacts, onAnswer });
    const output = await workOn(run, { inputs, services, say });
    const own = artifacts.slice(inputs.artifacts.length);
    return await finishStep(run, { output, artifacts: own, artifactsBefore: inputs.artifacts, usage: usage() });
  } catch (thrown) {
    return endTry(run, thrown, usage());
  }
}

type Say = (fraction?: number, message?: string) => void;

interface Work {
  readonly inputs: LoadedInputs;
  readonly services: ReturnType<typeof createStepServices>;
  readonly say: Say;
}

async function workOn(run: StepRun<TaskStep>, { inputs, services, say }: Work): Promise<unknown> {
  const { held, step } = run;
  const { payload, outputs } = inputs;
  const { jobId } = held.job;
  return withinStep(run, { ...step, progress: say }, async (watched) =>
    step.run({ jobId, payload, outputs, services, ...watched }),
  );
}

/** Tells the row how far the step is, and what it has used of the model; without a number, that alone. */
function reporter({ held, step, profile: { steps } }: StepRun, usage: () => Usage | undefined): Say {
  let at: { readonly fraction: number; readonly message?: string | undefined } = { fraction: 0 };
  return (fraction, message) => {
    if (fraction !== undefined) at = { fraction: furthest(at.fraction, fraction), message };
    held.report((job, leaseUntil) => {
      if (recordOf(job, step.name).status !== "running" || job.phase !== "processing") return undefined;
      const progress = progressAt({ steps, records: job.steps, name: step.name, ...at });
      return { type: "progressed", leaseUntil, steps: job.steps, progress, usage: usage() };
    });
  };
}
