import type { Orchestrations } from "../../platform/orchestrations.ts";
import type { ProfileRegistry } from "../../profiles/registry.ts";
import type { LedJob } from "../work/claim.ts";
import { planOf } from "./plan-of.ts";
import { RUN_JOB } from "./plan.ts";
import type { JobInput } from "./plan.ts";

export interface StartOrchestrationDeps {
  readonly orchestrations: Pick<Orchestrations, "start">;
  readonly profiles: ProfileRegistry;
}

/**
 * Starts the orchestration of a job that was claimed for it; calm when it runs already, or when the profile is not the
 * one any more that the claim was made for: then the supervisor sees to the job.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function startOrchestration(
  { orchestrations, profiles }: StartOrchestrationDeps,
  job: LedJob,
): Promise<void> {
  const profile = profiles.knows(job.jobType) ? profiles.require(job.jobType) : undefined;
  if (profile?.version !== job.profileVersion || !profile.orchestrated) return;
  const { workspaceId, jobId, operationId, claimId, profileVersion, priority } = job;
  const lead = { workspaceId, jobId, operationId, claimId, profileVersion, priority };
  const input: JobInput = { version: 1, lead, plan: planOf(profile) };
  await orchestrations.start({ name: RUN_JOB, id: job.instanceId, input });
}
