import { describe, expect, it } from "@jest/globals";
import type { App } from "../../../src/app.ts";
import { superviseJobs } from "../../../src/jobs/supervision/supervise.ts";
import type { Swept } from "../../../src/jobs/supervision/supervise.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import type { InstanceState } from "../../../src/platform/orchestrations.ts";
import { ledJob } from "../../support/led-job.ts";
import type { LedTestJob } from "../../support/led-job.ts";
import { partsProfile } from "../../support/parts-profile.ts";
import { collectLog } from "../../support/sinks.ts";

/** Longer than the lease of an orchestration and the supervisor's patience. */
const LATER_MS = 400_000;

/** One pass of the supervisor so much later, where the task hub says this of every instance. */
async function sweep(job: LedTestJob, state: App["orchestrations"]["state"], laterMs = LATER_MS): Promise<Swept> {
  const { app } = job.test;
  const clock = { now: () => new Date(Date.now() + laterMs) };
  return superviseJobs({ ...app, clock, orchestrations: { ...app.orchestrations, state } }, collectLog().sink);
}

const says = (state: InstanceState) => async () => state;

describe("the supervisor, of a job that an orchestration leads", () => {
  it("leaves it alone while its claim lasts", async () => {
    const job = await ledJob(partsProfile());
    const asked: string[] = [];
    await sweep(
      job,
      async (id) => {
        asked.push(id);
        return "gone";
      },
      200_000,
    );
    expect([asked, (await job.current()).phase]).toEqual([[], "processing"]);
  });

  it("renews the claim of one that is alive, and says nothing of it in the history", async () => {
    const job = await ledJob(partsProfile());
    const before = await job.current();
    expect(await sweep(job, says("alive"))).toMatchObject({ seen: 1 });
    const after = await job.current();
    expect(after).toMatchObject({ phase: "processing", attempt: 1, last: before.last });
    const leaseUntil = (job: object) => (job as { leaseUntil: Date }).leaseUntil.getTime();
    expect(leaseUntil(after) - leaseUntil(before)).toBeGreaterThan(LATER_MS - 1000);
  });

  it("has another one begin behind what is done when it is gone", async () => {
    const job = await ledJob(partsProfile());
    await job.call("split", "task");
    const old = await job.current();
    expect(await sweep(job, says("gone"))).toMatchObject({ redrive: 1 });
    expect(await job.current()).toMatchObject({ phase: "queued", lastError: { code: "WORKER_LOST" } });
    await job.test.deliver("job-requests");
    const next = await job.current();
    expect(next).toMatchObject({
      phase: "processing",
      attempt: 2,
      steps: [{ status: "completed", attempt: 1 }, {}, {}],
    });
    expect(job.starts).toHaveLength(2);
    const claimId = (job: object) => (job as { claimId: string }).claimId;
    expect(claimId(next)).not.toBe(claimId(old));
  });

  it("ends a job whose orchestrations are gone as often as it may be claimed", async () => {
    const job = await ledJob(partsProfile(undefined, { maxAttempts: 1 }));
    expect(await sweep(job, says("alive"))).toMatchObject({ seen: 1 });
    expect(await sweep(job, says("gone"), 2 * LATER_MS)).toMatchObject({ giveUp: 1 });
    expect(await job.current()).toMatchObject({ phase: "failed", error: { code: "ATTEMPTS_EXHAUSTED" } });
  });

  it("changes nothing while the task hub does not answer", async () => {
    const job = await ledJob(partsProfile());
    const before = await job.current();
    const refuse = async (): Promise<never> => Promise.reject(new MillraceError("STORAGE_UNAVAILABLE", "no hub"));
    expect(await sweep(job, refuse)).toMatchObject({ skipped: 1 });
    expect(await job.current()).toEqual(before);
  });
});
