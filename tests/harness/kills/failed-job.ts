import type { Job } from "../../../src/jobs/life/job.ts";
import { claimJob } from "../../../src/jobs/work/claim.ts";
import type { Stage } from "./stage.ts";

const TEN_MINUTES_MS = 600_000;

/** A job whose workers have all died at it, and which the supervisor has ended. */
export async function submitFailedJob({ client, successor }: Stage): Promise<Job> {
  const job = await successor.submit(client.newRequest());
  await successor.lose(await successor.take());
  for (let left = job.maxAttempts; left > 0; left--) {
    const now = () => new Date(Date.now() - left * TEN_MINUTES_MS);
    await claimJob({ ...successor.app, clock: { now } }, job);
  }
  await successor.sweep();
  return (await successor.app.jobs.require(job)).job;
}
