import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { evolve } from "../../../src/jobs/life/evolve.ts";
import type { Job } from "../../../src/jobs/life/job.ts";
import { buryJob } from "../../../src/jobs/supervision/purge-job.ts";
import { claimJob } from "../../../src/jobs/work/claim.ts";
import { ClaimedJob } from "../../../src/jobs/work/claimed-job.ts";
import { runJob } from "../../../src/jobs/work/run.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import type { StepContext } from "../../../src/steps/step-context.ts";
import { echoProfile } from "../../support/profiles.ts";
import { takeStorageAccount } from "../../support/storage-account.ts";
import { startStorageProxy } from "../../support/storage-proxy.ts";
import { submittedJob } from "../../support/submitted-job.ts";
import type { SubmittedJob } from "../../support/submitted-job.ts";
import { createTestApp } from "../../support/test-app.ts";

/** A clock that stands still. */
const at = (now: Date) => ({ clock: { now: () => now } });

const failing = (error: Error) => async (): Promise<never> => {
  throw error;
};

describe("receiveMessage()", () => {
  it("runs the steps and ends the job with result, artifact and step records (R-051)", async () => {
    const job = await submittedJob(echoProfile());
    expect(await job.receive()).toMatchObject({ outcome: "ran", job: { phase: "done", attempt: 1 } });
    const done = await job.current();
    expect(done).toMatchObject({
      phase: "done",
      progress: { fraction: 1 },
      result: { inline: { text: "hi" } },
      steps: [{ name: "echo", status: "completed", attempt: 1 }],
      artifacts: [{ name: `${job.ref.jobId}.json`, contentType: "application/json" }],
    });
  });

  it("does nothing when the same message comes again after the end (P3, Q2)", async () => {
    let runs = 0;
    const job = await submittedJob(echoProfile(async ({ payload }) => ({ ...payload, runs: ++runs })));
    await job.receive();
    const ended = await job.current();
    expect(await job.receive()).toMatchObject({ outcome: "obsolete" });
    expect(await job.current()).toEqual(ended);
    expect(runs).toBe(1);
  });

  it("does nothing for a job that does not exist, or for another operation's message", async () => {
    const job = await submittedJob(echoProfile());
    const stored = await job.test.app.jobs.require(job.ref);
    await job.test.app.jobs.save({ ...stored.job, operationId: `op_${"0".repeat(34)}` }, stored);
    expect(await job.receive()).toMatchObject({ outcome: "obsolete", reason: "another operation is current" });
    const again = await job.test.app.jobs.require(job.ref);
    await buryJob(job.test.app, again, "deleted");
    expect(await job.receive()).toMatchObject({ outcome: "obsolete", reason: "the job does not exist" });
  });

  it("gives the job to one of many workers that hold its message (P8, K19)", async () => {
    let runs = 0;
    const job = await submittedJob(echoProfile(async ({ payload }) => ({ ...payload, run: ++runs })));
    const outcomes = await Promise.all(Array.from({ length: 8 }, async () => (await job.receive()).outcome));
    expect(outcomes.filter((outcome) => outcome === "ran")).toHaveLength(1);
    expect(runs).toBe(1);
    expect(await job.current()).toMatchObject({ phase: "done", attempt: 1 });
  });

  it.each([
    ["permanent", failing(new MillraceError("PDF_ENCRYPTED", "locked")), "PDF_ENCRYPTED"],
    ["a result off schema", async () => ({ text: 7 }), "RESULT_INVALID"],
  ] as const)("fails at once when the failure is %s", async (_, work, code) => {
    const job = await submittedJob(echoProfile(work));
    await job.receive();
    expect(await job.current()).toMatchObject({ phase: "failed", attempt: 1, error: { code } });
    const { json } = await job.test.request("GET", `/api/jobs/${job.ref.jobId}`);
    expect(json).toMatchObject({ status: "failed", error: { code, kind: "permanent", retryable: false } });
  });

  it("puts a job back for as long as the provider asks, and takes no attempt for it (V1)", async () => {
    let attempts = 0;
    const work = async ({ payload }: { payload: unknown }) => {
      if (++attempts === 1) throw new MillraceError("PROVIDER_THROTTLED", "slow down", { retryAfterMs: 7_000 });
      return payload;
    };
    const job = await submittedJob(echoProfile(work));
    await job.receive();
    const waiting = await job.current();
    if (waiting.phase !== "queued" || !waiting.retryAt) throw new Error(`the job is ${waiting.phase}`);
    expect(waiting.retryAt.getTime() - waiting.updatedAt.getTime()).toBeGreaterThanOrEqual(6_900);
    const { json } = await job.test.request("GET", `/api/jobs/${job.ref.jobId}`);
    expect(json["wait_reason"]).toMatchObject({ code: "THROTTLED", eta: waiting.retryAt.toISOString() });

    expect(await job.receive()).toMatchObject({ outcome: "postponed", until: waiting.retryAt });
    expect(await job.receive(at(waiting.retryAt))).toMatchObject({
      outcome: "ran",
      job: { phase: "done", attempt: 1 },
    });
  });

  it("takes a failure that nobody classified for a passing one, and says nothing of its text", async () => {
    const job = await submittedJob(echoProfile(failing(new Error("AccountKey=secret"))));
    await job.receive();
    const waiting = await job.current();
    expect(waiting).toMatchObject({ phase: "queued", lastError: { code: "UNCLASSIFIED" } });
    expect(JSON.stringify(waiting)).not.toContain("secret");
  });

  it.each(["../other/job.json", "a/b", 'a"b', "a\r\nb", "", "twice.txt"])(
    "refuses to store an output under the name %j, or under one name twice",
    async (name) => {
      const work = async ({ payload, services }: StepContext<unknown, unknown>) => {
        const artifact = { name, bytes: Buffer.from("1"), contentType: "text/plain" };
        await services.saveArtifact(artifact);
        await services.saveArtifact(artifact);
        return payload;
      };
      const job = await submittedJob(echoProfile(work, { maxAttempts: 1 }));
      await job.receive();
      expect(await job.current()).toMatchObject({ phase: "failed", error: { code: "UNCLASSIFIED" } });
    },
  );

  it("shortens what a step says of its progress to what a row can hold", async () => {
    const work = async ({ payload, progress }: StepContext<unknown, unknown>) => {
      progress(0.5, "x".repeat(40_000));
      await until(job, ({ progress: { fraction } }) => fraction === 0.5);
      return payload;
    };
    const job: SubmittedJob = await submittedJob(echoProfile(work));
    expect(await job.receive()).toMatchObject({ outcome: "ran", job: { phase: "done" } });
  });

  it("gives up when every attempt failed, with the last failure's code (P9)", async () => {
    const job = await submittedJob(
      echoProfile(failing(new MillraceError("DOWNLOAD_FAILED", "gone")), { maxAttempts: 3 }),
    );
    for (const hours of [0, 1, 2]) await job.receive(at(new Date(Date.now() + hours * 3_600_000)));
    expect(await job.current()).toMatchObject({ phase: "failed", attempt: 3, error: { code: "DOWNLOAD_FAILED" } });
  });

  it("gives up on a job whose attempts never came to an end: each was counted before its work (P9, K4)", async () => {
    const job = await submittedJob(echoProfile(undefined, { maxAttempts: 2 }));
    for (const hours of [0, 1]) {
      const clock = { now: () => new Date(Date.now() + hours * 3_600_000) };
      const claim = await claimJob(
        { ...job.test.app, clock },
        { ...job.ref, operationId: (await job.current()).operationId },
      );
      if (claim.outcome !== "claimed") throw new Error(claim.outcome);
      expect(claim.stored.job.attempt).toBe(hours + 1);
      const running = claim.stored.job.steps.map((step) => ({ ...step, status: "running" as const }));
      const dying = { type: "progressed", leaseUntil: clock.now(), progress: { fraction: 0 }, steps: running } as const;
      await job.test.app.jobs.save(evolve(claim.stored.job, dying, clock.now()), claim.stored);
    }
    const late = new Date(Date.now() + 2 * 3_600_000);
    expect(await job.receive(at(late))).toMatchObject({ outcome: "ended" });
    expect(await job.current()).toMatchObject({
      phase: "failed",
      attempt: 2,
      error: { code: "ATTEMPTS_EXHAUSTED" },
      steps: [{ name: "echo", status: "failed" }],
    });
  });

  it("stops a step when its time is over", async () => {
    const never = async () => new Promise<never>(() => undefined);
    const job = await submittedJob(echoProfile(never, { timeoutMs: 50, maxAttempts: 1 }));
    await job.receive();
    expect(await job.current()).toMatchObject({
      phase: "failed",
      error: { code: "STEP_TIMEOUT" },
      steps: [{ name: "echo", status: "failed" }],
    });
  });

  it.each(["not json", 7, null, {}, { schema: 1, job_id: "job_x" }, { schema: 2 }, ["{"]])(
    "makes a dead letter of %j, and no function gets it again (R-050)",
    async (message) => {
      const test = await createTestApp({ profiles: [echoProfile()] });
      await test.app.storage.queue("job-requests").put(typeof message === "string" ? message : JSON.stringify(message));
      expect(await test.deliver("job-requests")).toBe(1);
      expect(await test.peek("job-requests")).toEqual([]);
      expect(await test.app.deadLetters.list({ status: "open", code: "ENVELOPE_INVALID" }, 10)).toHaveLength(1);
    },
  );
});

describe("ClaimedJob", () => {
  it("writes nothing more once another worker has the job: the fence (P8, K18)", async () => {
    const job = await submittedJob(echoProfile());
    const ref = { ...job.ref, operationId: (await job.current()).operationId };
    const first = await claimJob(job.test.app, ref);
    if (first.outcome !== "claimed") throw new Error(first.outcome);
    const zombie = new ClaimedJob(first.stored, job.test.app);

    const afterLease = { now: () => new Date(Date.now() + 3_600_000) };
    const thief = await claimJob({ ...job.test.app, clock: afterLease }, ref);
    expect(thief).toMatchObject({ outcome: "claimed", stored: { job: { attempt: 2 } } });
    const taken = await job.current();

    await expect(runJob(job.test.app, zombie)).rejects.toMatchObject({ code: "LEASE_LOST" });
    expect(await job.current()).toEqual(taken);
  });

  it("goes on after a write of its own whose answer was lost", async () => {
    const proxy = await startStorageProxy(takeStorageAccount(), "Table");
    const puts = () => proxy.requests.filter((request) => request.startsWith("POST")).length;
    const work = async ({ payload }: { payload: unknown }) => {
      const claimed = puts();
      proxy.loseAnswer("POST", "reset");
      proxy.refuse("POST", "reset");
      proxy.refuse("POST", "reset");
      while (puts() < claimed + 3) await setImmediate();
      return payload;
    };
    const job = await submittedJob(echoProfile(work), { AzureWebJobsStorage: proxy.connectionString });
    expect(await job.receive()).toMatchObject({ outcome: "ran", job: { phase: "done", attempt: 1 } });
    await proxy.stop();
  });

  it("does not throw away what was done because storage fails for a moment at the end", async () => {
    const proxy = await startStorageProxy(takeStorageAccount(), "Table");
    const job: SubmittedJob = await submittedJob(
      echoProfile(async ({ payload }) => {
        await until(job, ({ steps }) => steps[0]?.status === "running");
        for (let tries = 0; tries < 3; tries++) proxy.refuse("POST", "reset");
        return payload;
      }),
      { AzureWebJobsStorage: proxy.connectionString },
    );
    expect(await job.receive()).toMatchObject({ outcome: "ran", job: { phase: "done", attempt: 1 } });
    await proxy.stop();
  });

  it("leaves no message behind when it lost the job: the wake-up row of whoever has it now is enough", async () => {
    const job: SubmittedJob = await submittedJob(
      echoProfile(async ({ payload }) => {
        const clock = { now: () => new Date(Date.now() + 3_600_000) };
        const { operationId } = await job.current();
        await claimJob({ ...job.test.app, clock }, { ...job.ref, operationId });
        return payload;
      }),
    );
    const before = await job.test.peek("job-requests");
    expect(await job.receive()).toMatchObject({ outcome: "fenced" });
    expect(await job.test.peek("job-requests")).toHaveLength(before.length);
  });

  it("writes down how far a step is once a second at most, however often it says so", async () => {
    const writtenAt: number[] = [];
    let said = 0;
    const work = async ({ payload, progress }: StepContext<{ text: string }, unknown>): Promise<{ text: string }> => {
      while (writtenAt.length < 3) {
        progress(++said / 1e7, `${said}`);
        await setImmediate();
      }
      return payload;
    };
    const job = await submittedJob(echoProfile(work));
    const { jobs } = job.test.app;
    const save: typeof jobs.save = async (next, stored) => {
      if (next.phase === "processing") writtenAt.push(performance.now());
      return jobs.save(next, stored);
    };
    expect(await job.receive({ jobs: { ...jobs, save } })).toMatchObject({ outcome: "ran", job: { phase: "done" } });
    const gaps = writtenAt.slice(1).map((at, index) => at - (writtenAt[index] ?? 0));
    expect(said).toBeGreaterThan(100);
    expect(Math.min(...gaps)).toBeGreaterThan(990); // Timers count whole milliseconds.
  });

  it("renews its lease and tells how far the work is, while the work goes on", async () => {
    const advance: (() => void)[] = [];
    const work = async ({
      payload,
      progress,
    }: {
      payload: unknown;
      progress: (fraction: number, text: string) => void;
    }) => {
      progress(0.25, "a quarter");
      await new Promise<void>((resolve) => advance.push(resolve));
      return payload;
    };
    const job = await submittedJob(echoProfile(work), { LEASE_SECONDS: "2" });
    const running = job.receive();
    const first = await until(job, (now) => now.progress.message === "a quarter");
    const later = await until(job, (now) => now.version > first.version);
    expect(later).toMatchObject({ phase: "processing", progress: { fraction: 0.25, step: "echo" } });
    expect("leaseUntil" in later && "leaseUntil" in first && later.leaseUntil > first.leaseUntil).toBe(true);
    advance.forEach((resolve) => {
      resolve();
    });
    expect(await running).toMatchObject({ outcome: "ran", job: { phase: "done" } });
  });
});

async function until(job: SubmittedJob, holds: (now: Job) => boolean): Promise<Job> {
  for (;;) {
    const now = await job.current();
    if (holds(now)) return now;
  }
}
