import type { App } from "../../src/app.ts";
import type { Job } from "../../src/jobs/life/job.ts";
import type { DeadLetter } from "../../src/jobs/store/dead-letter.ts";

/** The jobs of a workspace, the latest first. */
export async function jobsOf({ jobs }: App, workspaceId = "default"): Promise<Job[]> {
  const listed = await jobs.list({ workspaceId, limit: 100 });
  return listed.flatMap((one) => ("job" in one ? [one.job] : []));
}

/** All dead letters, the latest first. */
export async function lettersOf({ deadLetters }: App): Promise<DeadLetter[]> {
  const listed = await deadLetters.list({}, 100);
  return listed.flatMap((one) => ("stored" in one ? [one.stored.letter] : []));
}
