import type { Job } from "./job.ts";
import type { WaitingFor } from "./waiting-for.ts";

/**
 * What the job waits for, whether its orchestration is there just now or not: between two of them it is queued, or claimed
 * and on its way to the step, and what is said then counts as well.
 */
export function awaitedBy(job: Job): WaitingFor | undefined {
  if (job.phase === "waiting") return job.waitingFor;
  return job.phase === "queued" || job.phase === "processing" ? job.waitedFor : undefined;
}
