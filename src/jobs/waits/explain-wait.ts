import type { Clock } from "../../platform/clock.ts";
import type { Job } from "../life/job.ts";
import { isTerminal } from "../life/lifecycle.ts";
import type { DurationStore } from "./duration-store.ts";
import { waitReason } from "./wait-reason.ts";
import type { Expectations, WaitReason } from "./wait-reason.ts";

export interface ExplainWaitDeps extends Pick<Expectations, "takeOverMs"> {
  readonly durations: DurationStore;
  readonly clock: Clock;
}

/** Why the job has not ended, as far as is known now. Reads storage once in a while, and never fails. */
export async function explainWait(
  { durations, takeOverMs, clock }: ExplainWaitDeps,
  job: Job,
): Promise<WaitReason | undefined> {
  if (isTerminal(job.phase)) return undefined;
  return waitReason(job, { durations: await durations.of(job), takeOverMs }, clock.now());
}
