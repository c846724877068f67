import { describe, expect } from "@jest/globals";
import type { Job } from "../../../src/jobs/life/job.ts";
import { claimJob } from "../../../src/jobs/work/claim.ts";
import { itHoldsWhenKilled } from "./kill-matrix.ts";
import type { Stage } from "./stage.ts";

const MINUTE_MS = 60_000;

/** Jobs that the supervisor has something to do for: no message, a silent worker, a crash loop. */
async function leaveBehind({ client, successor }: Stage): Promise<readonly [Job, Job, Job]> {
  const submit = async () => {
    const job = await successor.submit(client.newRequest());
    await successor.lose(await successor.take());
    return job;
  };
  const jobs = [await submit(), await submit(), await submit()] as const;
  await claimJob(successor.app, jobs[1]);
  for (let attempt = 1; attempt <= 4; attempt++) {
    const aheadMs = attempt * 10 * MINUTE_MS;
    await claimJob({ ...successor.app, clock: { now: () => new Date(Date.now() + aheadMs) } }, jobs[2]);
  }
  return jobs;
}

describe("K13: a sweep of the supervisor", () => {
  itHoldsWhenKilled("leaves nothing that the next sweep does not finish", {
    leastCalls: 9, // Three rows read, two messages put, three rows written; and checkpoints looked for.
    async begin(stage) {
      const [waiting, silent, looping] = await leaveBehind(stage);
      return {
        order: { act: "supervise", input: null },
        aheadMs: 50 * MINUTE_MS,
        check() {
          const now = (wanted: Job) => stage.jobs().find(({ jobId }) => jobId === wanted.jobId);
          expect(now(waiting)).toMatchObject({ phase: "done", attempt: 1 });
          expect(now(silent)).toMatchObject({ phase: "done", attempt: 2 });
          expect(now(looping)).toMatchObject({ phase: "failed", error: { code: "ATTEMPTS_EXHAUSTED" } });
        },
      };
    },
  });
});
