import type { AskModel } from "../../models/ask-model.ts";
import type { UsageMeter } from "../../models/usage-meter.ts";
import { anySignal } from "../../platform/any-signal.ts";
import type { Clock } from "../../platform/clock.ts";
import { toMillraceError } from "../../platform/errors.ts";
import type { MillraceError } from "../../platform/errors.ts";
import type { Shutdown } from "../../platform/shutdown.ts";
import type { Profile } from "../../profiles/define-profile.ts";
import type { ProfileRegistry } from "../../profiles/registry.ts";
import { findCompensable } from "../../steps/find-compensable.ts";
import { runSteps } from "../../steps/run-steps.ts";
import type { RunState, RunStepsOptions } from "../../steps/run-steps.ts";
import type { TaskStep } from "../../steps/task.ts";
import type { Artifact, Job } from "../life/job.ts";
import { isTerminal } from "../life/lifecycle.ts";
import { dropCheckpoints, keepCheckpoint, loadCheckpoints } from "../store/checkpoints.ts";
import type { CheckpointDeps } from "../store/checkpoints.ts";
import { readContent } from "../store/content.ts";
import { followEnd } from "../store/follow-end.ts";
import type { DurationStore } from "../waits/duration-store.ts";
import type { ClaimedJob } from "./claimed-job.ts";
import { completeJob } from "./complete.ts";
import { failJob } from "./fail.ts";
import type { FailDeps } from "./fail.ts";
import { releaseJob } from "./release.ts";
import { createRunRecord } from "./run-record.ts";
import type { RunRecord } from "./run-record.ts";
import { createStepServices } from "./step-services.ts";
import type { StepServicesDeps } from "./step-services.ts";

export interface RunDeps extends FailDeps, StepServicesDeps, CheckpointDeps {
  readonly profiles: ProfileRegistry;
  readonly clock: Clock;
  readonly shutdown: Shutdown;
  readonly durations: DurationStore;
  readonly createModel: CreateModel;
}

/** A model to ask, and the meter that counts what it uses: one pair for each run. */
export type CreateModel = () => { readonly askModel: AskModel; readonly meter: UsageMeter };

export interface Ran {
  /** As it stands now: done, failed, or queued for another attempt. */
  readonly job: Job;
  /** Why the attempt failed, with the cause, which no row and no client gets to see. */
  readonly failure?: MillraceError;
  /** The job was handed back because this process must end. */
  readonly released?: boolean;
  /** A finished step that had to run again because its checkpoint could not be read. */
  readonly lostCheckpoint?: string | undefined;
}

/**
 * Does the work of a claimed job: runs what is left of its profile's steps and writes down how it ended.
 *
 * @throws MillraceError LEASE_LOST when another worker holds the job now, JOB_CANCELLED or OPERATION_SUPERSEDED when its
 * operation was ended meanwhile; STORAGE_UNAVAILABLE
 */
export async function runJob(deps: RunDeps, claimed: ClaimedJob): Promise<Ran> {
  const { askModel, meter } = deps.createModel();
  const { jobType } = claimed.job;
  const record = createRunRecord(claimed.job, {
    usage: () => meter.total(),
    isCompensable: (step) => findCompensable(deps.profiles.require(jobType), step) !== undefined,
  });
  const stop = anySignal(claimed.lost.signal, deps.shutdown.graceOver);
  let lostCheckpoint: string | undefined;
  try {
    deps.shutdown.begun.throwIfAborted();
    const profile = deps.profiles.require(claimed.job.jobType);
    const loaded = await loadCheckpoints(deps.content, claimed.job, profile);
    lostCheckpoint = loaded.lost;
    const artifacts = [...loaded.artifacts];
    const output = await runSteps(tasksOf(profile), {
      ...reportTo({ deps, claimed, record }, artifacts),
      jobId: claimed.job.jobId,
      payload: await readContent(deps.content, claimed.job.payload),
      services: createStepServices(deps, {
        holder: claimed,
        askModel,
        artifacts,
        onAnswer: () => {
          claimed.report(record.now());
        },
      }),
      clock: deps.clock,
      abortSignal: stop.signal,
      finished: loaded.finished,
    });
    const held = claimed.job;
    const job = await completeJob(deps, claimed, { ...record.now(), profile, output, artifacts });
    if (job.phase === "done") deps.durations.note(job);
    await dropCheckpoints(deps, held);
    return { job, lostCheckpoint };
  } catch (thrown) {
    claimed.lost.signal.throwIfAborted();
    return { ...(await endAttempt({ deps, claimed, record }, thrown)), lostCheckpoint };
  } finally {
    claimed.stop();
    stop.clear();
  }
}

/** The registry takes no other kind of step where there is no orchestrator. */
function tasksOf({ steps }: Profile): readonly TaskStep[] {
  return steps.filter((step) => step.kind === "task");
}

interface Run {
  readonly deps: RunDeps;
  readonly claimed: ClaimedJob;
  readonly record: RunRecord;
}

/**
 * How a run is written down: moves soon, and a finished step at once, before the next begins. A step that is not in the
 * row has not finished.
 *
 * @param artifacts what the steps have stored so far
 */
function reportTo(
  { deps, claimed, record }: Run,
  artifacts: readonly Artifact[],
): Pick<RunStepsOptions, "onMove" | "onFinished"> {
  let kept = artifacts.length;
  return {
    onMove(state) {
      record.moved(state);
      // A finished step is told of with what is kept of it, by `onFinished`: until then it would have to run again.
      if (!hasFinished(state)) claimed.report(record.now());
    },
    async onFinished({ name: step, output }) {
      const checkpoint = { output, artifacts: artifacts.slice(kept) };
      kept = artifacts.length;
      const { steps } = record.now();
      record.kept(
        step,
        await claimed.insist(async () => keepCheckpoint(deps.content, claimed, { step, checkpoint, steps })),
      );
      await claimed.commit(record.now());
      deps.shutdown.begun.throwIfAborted();
    },
  };
}

/** Whether what moved is the end of a step. */
function hasFinished({ steps, step: moved }: RunState): boolean {
  return steps.some(({ name, status }) => name === moved && status === "completed");
}

async function endAttempt({ deps, claimed, record }: Run, thrown: unknown): Promise<Ran> {
  const { begun, releaseMs } = deps.shutdown;
  if (begun.aborted && thrown === begun.reason)
    return { job: await releaseJob(deps, claimed, { ...record.released(), withinMs: releaseMs }), released: true };
  const failure = toMillraceError(thrown);
  const held = claimed.job;
  const job = await failJob(deps, claimed, { ...record.now(), error: failure, now: deps.clock.now() });
  if (isTerminal(job.phase)) await followEnd(deps, job, held);
  return { job, failure };
}
