import type { Log } from "../../platform/log.ts";
import type { Orchestrations } from "../../platform/orchestrations.ts";
import { factsOf } from "../life/job-facts.ts";
import type { Job } from "../life/job.ts";
import { heardEvent } from "./plan.ts";

interface News {
  readonly job: Job;
  readonly step: string;
  readonly log: Log;
}

/**
 * Tells the orchestration of a waiting job that it is worth to look at the row. A hint: what is to be heard is written down
 * already, and the supervisor tells as well, should this be lost.
 */
export async function hear(
  { orchestrations }: { readonly orchestrations: Pick<Orchestrations, "raise"> },
  { job, step, log }: News,
): Promise<void> {
  if (job.phase !== "waiting") return;
  try {
    await orchestrations.raise(job.instanceId, heardEvent(step), null);
  } catch (thrown) {
    log.warn("orchestration not told", factsOf(job), thrown);
  }
}
