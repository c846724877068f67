import type { Profile } from "../../profiles/define-profile.ts";
import { findCompensable } from "../../steps/find-compensable.ts";
import { requireJsonValue } from "../../steps/json-value.ts";
import type { Step } from "../../steps/step.ts";
import { factsOf } from "../life/job-facts.ts";
import type { Artifact, Job, Usage } from "../life/job.ts";
import { isTerminal } from "../life/lifecycle.ts";
import { keepCheckpoint } from "../store/checkpoints.ts";
import { followEnd } from "../store/follow-end.ts";
import { msBetween } from "../waits/durations.ts";
import { completionOf } from "../work/complete.ts";
import type { StepAnswer } from "./plan.ts";
import { progressAt } from "./step-progress.ts";
import { finished, isFinished, recordOf, withRecord } from "./step-records.ts";
import { DONE, again } from "./step-run.ts";
import type { StepRun } from "./step-run.ts";

export interface StepOutcome {
  readonly output: unknown;
  /** What this step has stored, and what those before it have. */
  readonly artifacts: readonly Artifact[];
  readonly artifactsBefore: readonly Artifact[];
  /** Of all tries of all steps. */
  readonly usage: Usage | undefined;
}

/**
 * Writes down what a step has come to: its checkpoint, or, of the last one, the end of the job with its result. Of two
 * calls that have done the same step the first to write is believed. What was decided on a wait is written only while
 * that is still so; else the answer is to look again.
 *
 * @throws MillraceError OUTPUT_INVALID, RESULT_INVALID, STORAGE_UNAVAILABLE, or that the claim is lost
 */
export async function finishStep(run: StepRun, outcome: StepOutcome): Promise<StepAnswer> {
  return run.place === run.profile.steps.length - 1 ? complete(run, outcome) : keep(run, outcome);
}

async function keep(run: StepRun, { output, artifacts, usage }: StepOutcome): Promise<StepAnswer> {
  const { deps, held, profile, step } = run;
  requireJsonValue(step.name, output);
  const { steps: before } = held.job;
  const kept = { step: step.name, checkpoint: { output, artifacts: [...artifacts] }, steps: before };
  const checkpoint = await held.insist(async () => keepCheckpoint(deps.content, held, kept));
  const compensable = findCompensable(profile, step.name) !== undefined;
  await held.insist(async () =>
    held.change((job, leaseUntil) => {
      const record = recordOf(job, step.name);
      if (record.status === "completed" || run.isStillSo?.(job) === false) return undefined;
      const steps = withRecord(job, finished(record, { now: deps.clock.now(), checkpoint, compensable }));
      if (job.phase === "waiting") return { type: "resumed", leaseUntil, steps, usage };
      const progress = progressAt({ steps: profile.steps, records: steps, name: step.name, fraction: 1 });
      return { type: "progressed", leaseUntil, steps, progress, usage };
    }),
  );
  return isFinished(held.job, step.name) ? DONE : again(0);
}

async function complete(run: StepRun, { output, artifacts, artifactsBefore, usage }: StepOutcome): Promise<StepAnswer> {
  const { deps, held, profile, step, log } = run;
  let before = held.job;
  const record = finished(recordOf(before, step.name), { now: deps.clock.now(), compensable: false });
  const completed = await completionOf(deps, held, {
    profile,
    output,
    artifacts: [...artifactsBefore, ...artifacts],
    steps: withRecord(before, record),
    usage,
  });
  held.stop();
  const job = await held.insist(async () =>
    held.change((current) => {
      if (run.isStillSo?.(current) === false) return undefined;
      before = current;
      return completed;
    }),
  );
  if (!isTerminal(job.phase)) return again(0);
  if (job.phase === "done") deps.durations.note(job, awayMs(run.profile, job));
  await followEnd(deps, job, before);
  log.info("job done", factsOf(job));
  return DONE;
}

const AT_WORK: readonly Step["kind"][] = ["task", "map"];

/** For how long the job waited in all for what no worker can do. */
function awayMs({ steps }: Profile, job: Job): number {
  const waits = steps.filter(({ kind }) => !AT_WORK.includes(kind)).map(({ name }) => recordOf(job, name));
  return waits.reduce(
    (sum, { startedAt, endedAt }) => sum + (startedAt && endedAt ? msBetween(startedAt, endedAt) : 0),
    0,
  );
}
