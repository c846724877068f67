import { describe, expect, it } from "@jest/globals";
import { createWorker } from "../../../src/jobs/work/worker.ts";
import { createShutdown } from "../../../src/platform/shutdown.ts";
import type { Shutdown } from "../../../src/platform/shutdown.ts";
import { relayProfile } from "../../support/profiles.ts";
import { takeStorageAccount } from "../../support/storage-account.ts";
import { startStorageProxy } from "../../support/storage-proxy.ts";
import { submittedJob } from "../../support/submitted-job.ts";
import type { SubmittedJob } from "../../support/submitted-job.ts";
import { queuesOf } from "../../support/test-app.ts";

const forever = async () => new Promise<never>(() => undefined);

/** Three steps; `during` runs in the middle of the second, the first time. */
function relay(during: () => Promise<unknown>): { profile: ReturnType<typeof relayProfile>; ran: string[] } {
  const ran: string[] = [];
  const profile = relayProfile({
    one: async () => ran.push("one"),
    two: async () => {
      ran.push("two");
      if (ran.filter((step) => step === "two").length === 1) await during();
    },
    three: async ({ payload }) => {
      ran.push("three");
      return payload;
    },
  });
  return { profile, ran };
}

/** The outcome for another instance, which has the message that the first one put. */
async function goOn(job: SubmittedJob): Promise<void> {
  await job.test.deliver("job-requests");
  expect(await job.current()).toMatchObject({ phase: "done", attempt: 1 });
}

describe("a worker that is told to end", () => {
  it("leaves what does not fit the grace, and hands the job over at once, the attempt not counted (R-058)", async () => {
    const shutdown = createShutdown({ graceMs: 20 });
    const { profile, ran } = relay(async () => {
      void shutdown.begin();
      return forever();
    });
    const job = await submittedJob(profile);
    const before = await job.test.peek("job-requests");
    expect(await job.receive({ shutdown })).toMatchObject({ outcome: "ran", released: true });
    const released = await job.current();
    expect(released).toMatchObject({
      phase: "queued",
      attempt: 0,
      uncounted: 1,
      progress: { fraction: 0.3333 },
      steps: [
        { name: "one", status: "completed", attempt: 1 },
        { name: "two", status: "pending", attempt: 0 },
        { name: "three", status: "pending", attempt: 0 },
      ],
    });
    expect(released).not.toHaveProperty("retryAt");
    expect(released).not.toHaveProperty("lastError");
    expect(await job.test.peek("job-requests")).toHaveLength(before.length + 1);
    await goOn(job);
    expect(ran).toEqual(["one", "two", "two", "three"]);
  });

  it("lets a step end that fits the grace, and begins no other", async () => {
    const shutdown = createShutdown({ graceMs: 600_000 });
    const { profile, ran } = relay(async () => {
      void shutdown.begin();
    });
    const job = await submittedJob(profile);
    expect(await job.receive({ shutdown })).toMatchObject({ outcome: "ran", released: true });
    expect(await job.current()).toMatchObject({
      phase: "queued",
      attempt: 0,
      steps: [{}, { status: "completed" }, {}],
    });
    await goOn(job);
    expect(ran).toEqual(["one", "two", "three"]);
  });

  it("completes the job when its last step fits", async () => {
    const shutdown = createShutdown({ graceMs: 600_000 });
    const profile = relayProfile({
      only: async ({ payload }) => {
        void shutdown.begin();
        return payload;
      },
    });
    const job = await submittedJob(profile);
    expect(await job.receive({ shutdown })).toMatchObject({ outcome: "ran", job: { phase: "done", attempt: 1 } });
  });

  it("begins nothing for a message that it has still received", async () => {
    const shutdown = createShutdown({ graceMs: 600_000 });
    await shutdown.begin();
    const { profile, ran } = relay(async () => undefined);
    const job = await submittedJob(profile);
    expect(await job.receive({ shutdown })).toMatchObject({ outcome: "ran", released: true });
    expect(ran).toEqual([]);
    await goOn(job);
  });

  it("says so in the log, and waits for the release before it says that the process may end", async () => {
    const shutdown = createShutdown({ graceMs: 20 });
    let ended: Promise<void> | undefined;
    const { profile } = relay(async () => {
      ended = shutdown.begin();
      return forever();
    });
    const job = await submittedJob(profile);
    const [message] = await job.test.peek("job-requests");
    const lines: string[] = [];
    const write = (line: string) => lines.push(line);
    const worker = createWorker({ ...job.test.app, shutdown }, queuesOf(job.test));
    const working = worker(JSON.parse(message ?? ""), { info: write, warn: write, error: write });
    await working;
    await ended;
    expect((await job.current()).phase).toBe("queued");
    expect(lines).toEqual([expect.stringMatching(/^job released .*"job_id":"job_/)]);
  });

  it.each(["Table", "Queue"] as const)(
    "is bounded when %s storage does not answer, and loses nothing",
    async (service) => {
      const proxy = await startStorageProxy(takeStorageAccount(), service);
      const shutdown: Shutdown = createShutdown({ graceMs: 20, releaseMs: 200 });
      let begunAt = 0;
      const { profile, ran } = relay(async () => {
        proxy.refuse("POST", "silence");
        begunAt = performance.now();
        void shutdown.begin();
        return forever();
      });
      const job = await submittedJob(profile, { AzureWebJobsStorage: proxy.connectionString });
      await expect(job.receive({ shutdown })).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
      expect(performance.now() - begunAt).toBeLessThan(5_000); // Storage's own patience is of ten seconds.
      // What was not committed runs out with the lease; what was, goes on with the old message, which comes back.
      expect(await job.current()).toMatchObject(service === "Table" ? { phase: "processing" } : { phase: "queued" });
      expect(await job.receiveLater()).toMatchObject({ outcome: "ran", job: { phase: "done" } });
      expect(ran).toEqual(["one", "two", "two", "three"]);
      await proxy.stop();
    },
  );

  it("counts the attempt after twenty that were given back: no job goes round for ever (R-208)", async () => {
    const ending = createShutdown({ graceMs: 0 });
    await ending.begin();
    const { profile, ran } = relay(async () => undefined);
    const job = await submittedJob(profile);
    for (let time = 0; time < 20; time++) await job.receive({ shutdown: ending });
    expect(await job.current()).toMatchObject({ attempt: 0, uncounted: 20 });
    for (let time = 0; time < 4; time++) await job.receive({ shutdown: ending });
    expect(await job.current()).toMatchObject({ phase: "queued", attempt: 4, uncounted: 20 });
    expect(await job.receive()).toMatchObject({ outcome: "ended" });
    expect(ran).toEqual([]);
  });
});
