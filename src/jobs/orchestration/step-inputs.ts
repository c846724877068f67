import type { StepInputs } from "../../steps/step-context.ts";
import type { AnyOutputs } from "../../steps/step-context.ts";
import { mayStayUncounted } from "../life/attempt-count.ts";
import type { Artifact } from "../life/job.ts";
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

async function goBackTo({ deps, held, log }: StepRun, place: number): Promise<StepAnswer> {
  const { steps, jobId } = held.job;
  log.warn("checkpoint lost", { job_id: jobId, step: steps[place]?.name });
  const counted = !mayStayUncounted(held.job);
  const anew = steps.map((record, index) => (index < place ? record : forgotten(record)));
  const job = await held.settle({ type: "released", steps: anew, counted });
  await deps.dispatch(job);
  return STOP;
}
