import type { StepInputs } from "../../steps/step-context.ts";
import type { AnyOutputs } from "../../steps/step-context.ts";
import { mayStayUncounted } from "../life/attempt-count.ts";
import type { Artifact, StepRecord } from "../life/job.ts";
import { loadCheckpoints } from "../store/checkpoints.ts";
import { readContent } from "../store/content.ts";
import type { StepAnswer } from "./plan.ts";
import { forgotten } from "./step-records.ts";
import { STOP } from "./step-run.ts";
import type { StepRun } from "./step-run.ts";

export interface LoadedInputs extends StepInputs<unknown, AnyOutputs> {
  /** What the steps before have stored. */
  readonly artifacts: readonly Artifact[];
}

/**
 * What the steps before this one have left. If that cannot be read any more, the work is done again from there: then the
 * job is put back, for another orchestration.
 */
export async function loadInputs(run: StepRun): Promise<LoadedInputs | StepAnswer> {
  const { deps, held, profile, place } = run;
  const [{ finished, artifacts }, payload] = await Promise.all([
    loadCheckpoints(deps.content, held.job, profile),
    readContent(deps.content, held.job.payload),
  ]);
  if (finished.length < place) return goBackTo(run, finished.length);
  const outputs = Object.fromEntries(finished.map(({ name, output }) => [name, output]));
  return { payload, outputs, artifacts };
}

async function goBackTo(run: StepRun, place: number): Promise<StepAnswer> {
  const { steps, jobId } = run.held.job;
  run.log.warn("checkpoint lost", { job_id: jobId, step: steps[place]?.name });
  return goBack(
    run,
    steps.map((record, index) => (index < place ? record : forgotten(record))),
  );
}

/** Puts the job back, for another orchestration to go on from these steps; often, and then the attempt counts. */
export async function goBack({ deps, held }: StepRun, steps: readonly StepRecord[]): Promise<StepAnswer> {
  const job = await held.settle({ type: "released", steps, counted: !mayStayUncounted(held.job) });
  await deps.dispatch(job);
  return STOP;
}
