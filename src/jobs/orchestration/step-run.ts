import type { ExternalWorkers } from "../../delivery/external-workers.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log.ts";
import type { Shutdown } from "../../platform/shutdown.ts";
import type { Profile } from "../../profiles/define-profile.ts";
import type { ProfileRegistry } from "../../profiles/registry.ts";
import type { Step } from "../../steps/step.ts";
import type { MapRef } from "../store/part-row.ts";
import type { PartStore } from "../store/part-store.ts";
import type { DurationStore } from "../waits/duration-store.ts";
import type { FailDeps } from "../work/fail.ts";
import type { Permits } from "../work/permits.ts";
import type { CreateModel } from "../work/run.ts";
import type { StepServicesDeps } from "../work/step-services.ts";
import type { ActivityHold, HeldJob, HoldDeps } from "./activity-hold.ts";
import type { MapProgress } from "./map-progress.ts";
import type { StepAnswer, StepCall } from "./plan.ts";

export interface StepRunDeps extends HoldDeps, FailDeps, StepServicesDeps {
  readonly externalWorkers: ExternalWorkers;
  readonly profiles: ProfileRegistry;
  readonly clock: Clock;
  readonly shutdown: Shutdown;
  readonly durations: DurationStore;
  readonly permits: Permits;
  readonly parts: PartStore;
  readonly mapProgress: MapProgress;
  readonly createModel: CreateModel;
}

/** One call of the activity, on a step of a job that it holds. */
export interface StepRun<S extends Step = Step> {
  readonly deps: StepRunDeps;
  readonly held: ActivityHold;
  readonly profile: Profile;
  readonly step: S;
  /** The step's place among the steps. */
  readonly place: number;
  readonly call: StepCall;
  readonly log: Log;
  /** Whether what the run has decided on is still so, if it has: else nothing is written, and it is to look again. */
  readonly isStillSo?: (job: HeldJob) => boolean;
}

export const DONE: StepAnswer = { outcome: "done" };
export const STOP: StepAnswer = { outcome: "stop" };

export function again(afterMs: number): StepAnswer {
  return { outcome: "again", afterMs };
}

export function mapOf({ held, place }: StepRun): MapRef {
  const { workspaceId, jobId, operationId, profileVersion } = held.job;
  return { workspaceId, jobId, operationId, profileVersion, place };
}
