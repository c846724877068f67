import { once } from "node:events";
import { BlobServiceClient } from "@azure/storage-blob";
import { describe, expect, it, jest } from "@jest/globals";
import { cancelJob } from "../../src/jobs/cancel.ts";
import type { CancelDeps } from "../../src/jobs/cancel.ts";
import { evolve } from "../../src/jobs/life/evolve.ts";
import { regenerateJob } from "../../src/jobs/regenerate.ts";
import { keepCheckpoint } from "../../src/jobs/store/checkpoints.ts";
import { listHistory } from "../../src/jobs/store/list-history.ts";
import { createAtWork } from "../../src/jobs/work/at-work.ts";
import { claimJob } from "../../src/jobs/work/claim.ts";
import { ClaimedJob } from "../../src/jobs/work/claimed-job.ts";
import { createWorker } from "../../src/jobs/work/worker.ts";
import { answerText, startModelServer } from "../support/model-server.ts";
import { echoProfile, relayProfile } from "../support/profiles.ts";
import { collectLog } from "../support/sinks.ts";
import { takeStorageAccount } from "../support/storage-account.ts";
import { startStorageProxy } from "../support/storage-proxy.ts";
import { submittedJob } from "../support/submitted-job.ts";
import type { SubmittedJob } from "../support/submitted-job.ts";
import { createTestApp, queuesOf } from "../support/test-app.ts";
import type { TestApp } from "../support/test-app.ts";

const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const LARGE = "x".repeat(20_000);

const cancel = async (deps: CancelDeps, { ref }: SubmittedJob) => cancelJob(deps, { ref, actor: "client" });

/** Something that happens once, and can be waited for. */
function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}

/** Another instance of the app on the same storage: it knows nothing of what this one is at. */
async function elsewhere({ connectionString }: TestApp): Promise<TestApp> {
  return createTestApp({ profiles: [echoProfile()], environment: { AzureWebJobsStorage: connectionString } });
}

async function blobsOf({ test }: SubmittedJob, folder: string): Promise<string[]> {
  const container = BlobServiceClient.fromConnectionString(test.connectionString).getContainerClient("millrace");
  const names: string[] = [];
  for await (const { name } of container.listBlobsFlat({ prefix: `${folder}/` })) names.push(name);
  return names;
}

describe("cancelJob() of a job that is at work", () => {
  const asking = echoProfile(
    async ({ services, abortSignal, payload }) => {
      await services.askModel({ instructions: "Do", input: "it", abortSignal });
      return payload;
    },
    { timeoutMs: 600_000 },
  );

  it.each([
    ["at once, in one process", async ({ app }: TestApp) => app, "3600"],
    ["by the next heartbeat, from another", async (test: TestApp) => (await elsewhere(test)).app, "2"],
  ] as const)("ends the model call in flight %s (P19, R-107, R-132)", async (_, canceller, leaseSeconds) => {
    const asked = signal();
    const hungUp = signal();
    const model = await startModelServer((response) => {
      response.on("close", hungUp.give);
      asked.give();
    });
    const job = await submittedJob(asking, { OPENAI_BASE_URL: model.origin, LEASE_SECONDS: leaseSeconds });
    const working = job.receive();
    await asked.given;
    while ((await job.current()).steps[0]?.status !== "running"); // From here on only the heartbeat writes.
    const deps = await canceller(job.test);
    const cancelled = await cancel(deps, job);
    await hungUp.given;
    expect(await working).toMatchObject({ outcome: "cancelled" });
    expect(await job.current()).toEqual(cancelled);
    expect(cancelled).toMatchObject({ phase: "cancelled", attempt: 1 });
    expect(model.questions).toHaveLength(1);
    await model.stop();
  });

  it("notices within a sixth of the lease what another process has cancelled", async () => {
    const job = await submittedJob(echoProfile());
    const { app } = job.test;
    const claim = await claimJob(app, { ...job.ref, operationId: (await job.current()).operationId });
    if (claim.outcome !== "claimed") throw new Error(claim.outcome);
    await cancel({ ...app, atWork: createAtWork() }, job);

    jest.useFakeTimers({ doNotFake: ["setTimeout", "clearTimeout", "setImmediate", "nextTick", "queueMicrotask"] });
    const claimed = new ClaimedJob(claim.stored, { ...app, leaseMs: 60_000 });
    const lost = once(claimed.lost.signal, "abort");
    jest.advanceTimersByTime(10_000);
    claimed.stop();
    jest.useRealTimers();
    await lost;
    expect(claimed.lost.signal.reason).toMatchObject({ code: "JOB_CANCELLED" });
  });

  it("says so in one line of the log, and the message goes", async () => {
    const begun = signal();
    const job = await submittedJob(
      echoProfile(async ({ abortSignal }) => {
        begun.give();
        return once(abortSignal, "abort");
      }),
    );
    const { sink, lines } = collectLog();
    const [message] = await job.test.peek("job-requests");
    const working = createWorker(job.test.app, queuesOf(job.test))(JSON.parse(message ?? ""), sink);
    await begun.given;
    await cancel(job.test.app, job);
    await working; // It returns: that is what lets the host delete the message.
    expect(lines).toEqual([expect.stringMatching(/^info job cancelled \{"job_id":"job_.*"attempt":1/)]);
    expect(await job.test.peek("job-requests")).toHaveLength(1);
  });

  it("runs no step more, and lets a step that does not listen say nothing more (P19)", async () => {
    const begun = signal();
    const goOn = signal();
    const ran: string[] = [];
    const profile = relayProfile({
      one: async ({ progress }) => {
        begun.give();
        await goOn.given;
        progress(1, "too late");
        ran.push("one");
      },
      two: async () => {
        ran.push("two");
        return { text: "done" };
      },
    });
    const job = await submittedJob(profile);
    const working = job.receive();
    await begun.given;
    const cancelled = await cancel(job.test.app, job);
    expect(await working).toMatchObject({ outcome: "cancelled" });
    goOn.give();
    await new Promise(setImmediate);
    expect(ran).toEqual(["one"]);
    expect(await job.current()).toEqual(cancelled);
  });

  it("keeps what was paid for until then, and lets nothing change it after the end", async () => {
    const begun = signal();
    const model = await startModelServer(answerText("Short."));
    const profile = relayProfile({
      one: async ({ services }) => services.askModel({ instructions: "Do", input: "it" }),
      two: async ({ services }) => {
        await services.askModel({ instructions: "Do", input: "more" });
        begun.give();
        return new Promise<never>(() => undefined);
      },
    });
    const job = await submittedJob(profile, { OPENAI_BASE_URL: model.origin });
    const working = job.receive();
    await begun.given;
    const cancelled = await cancel(job.test.app, job);
    await working;
    expect(cancelled.usage).toMatchObject({ calls: 1, inputTokens: 11 });
    expect(await job.current()).toEqual(cancelled);
    await model.stop();
  });

  it("leaves no checkpoint behind: not those in its row, not one that was written since its last commit", async () => {
    const profile = relayProfile({
      one: async () => ({ text: LARGE }),
      two: async () => ({ text: LARGE }),
      three: async ({ payload }) => payload,
    });
    const job: SubmittedJob = await submittedJob(profile);
    const { content } = job.test.app;
    const put: typeof content.put = async (name, ...rest) => {
      if (name.endsWith("/two.json")) await cancel(job.test.app, job);
      await content.put(name, ...rest);
    };
    expect(await job.receive({ content: { ...content, put } })).toMatchObject({ outcome: "cancelled" });
    expect(await blobsOf(job, "checkpoints")).toEqual([]);
    expect(JSON.stringify(await job.current())).not.toContain("checkpoint");
  });

  it("leaves none behind of a worker that is dead, and did not live to say what it had written", async () => {
    const job = await submittedJob(relayProfile({ one: async () => undefined, two: async ({ payload }) => payload }));
    const { app } = job.test;
    const claim = await claimJob(app, { ...job.ref, operationId: (await job.current()).operationId });
    if (claim.outcome !== "claimed") throw new Error(claim.outcome);
    const { job: held } = claim.stored;
    await keepCheckpoint(
      app.content,
      { job: held, writer: "claim" },
      {
        step: "one",
        checkpoint: { output: LARGE, artifacts: [] },
        steps: held.steps,
      },
    );
    expect(await blobsOf(job, "checkpoints")).toHaveLength(1);
    await cancel(app, job);
    expect(await blobsOf(job, "checkpoints")).toEqual([]);
  });

  it("leaves none behind either when the job has begun anew before its worker noticed, and none is missing then", async () => {
    let anew = false;
    const profile = relayProfile({
      one: async () => ({ text: LARGE }),
      two: async ({ payload }) => payload,
    });
    const job: SubmittedJob = await submittedJob(profile);
    const { app } = job.test;
    const put: typeof app.content.put = async (name, ...rest) => {
      await app.content.put(name, ...rest);
      if (anew || !name.startsWith("checkpoints/")) return;
      anew = true;
      const silent = { ...app, atWork: { ...app.atWork, tell: () => undefined } };
      await cancel(silent, job);
      await regenerateJob(app, { ref: job.ref, traceparent: TRACEPARENT });
    };
    const { sink, lines } = collectLog();
    const [message] = await job.test.peek("job-requests");
    const worker = createWorker({ ...app, content: { ...app.content, put } }, queuesOf(job.test));
    await worker(JSON.parse(message ?? ""), sink);
    expect(lines).toEqual([expect.stringMatching(/^info job superseded \{"job_id":"job_/)]);
    expect(await blobsOf(job, "checkpoints")).toEqual([]);
    expect(await job.current()).toMatchObject({ phase: "queued", operations: 2, attempt: 0 });
  });

  it("costs a job that was never claimed no call for checkpoints", async () => {
    const job = await submittedJob(relayProfile({ one: async () => undefined, two: async ({ payload }) => payload }));
    const { app } = job.test;
    const deleteFolder = async () => Promise.reject(new Error("there can be none"));
    const seen: string[] = [];
    const content = { ...app.content, deleteFolder: async (name: string) => (seen.push(name), deleteFolder()) };
    await cancel({ ...app, content }, job);
    expect(seen).toEqual([]);
  });
});

describe("cancelJob() that has to be tried again", () => {
  it("never ends an operation that began after it was asked (P20)", async () => {
    const job = await submittedJob(echoProfile());
    const { app } = job.test;
    let raced = false;
    const save: typeof app.jobs.save = async (...args) => {
      if (!raced) {
        raced = true;
        await job.receive();
        await regenerateJob(app, { ref: job.ref, traceparent: TRACEPARENT });
      }
      return app.jobs.save(...args);
    };
    const late = cancel({ ...app, jobs: { ...app.jobs, save } }, job);
    await expect(late).rejects.toMatchObject({ code: "OPERATION_SUPERSEDED" });
    expect(await job.current()).toMatchObject({ phase: "queued", operations: 2 });
  });

  it("gets through to a job whose worker writes all the time", async () => {
    const job = await submittedJob(echoProfile());
    const { app } = job.test;
    let writes = 0;
    const save: typeof app.jobs.save = async (...args) => {
      if (writes++ < 5) {
        const stored = await app.jobs.require(job.ref);
        await app.jobs.save(evolve(stored.job, { type: "redispatched" }, new Date()), stored);
      }
      return app.jobs.save(...args);
    };
    expect(await cancel({ ...app, jobs: { ...app.jobs, save } }, job)).toMatchObject({
      phase: "cancelled",
      version: 7,
    });
  });

  it("gives up when others never stop, and has changed nothing", async () => {
    const job = await submittedJob(echoProfile());
    const { app } = job.test;
    const save: typeof app.jobs.save = async (...args) => {
      const stored = await app.jobs.require(job.ref);
      await app.jobs.save(evolve(stored.job, { type: "redispatched" }, new Date()), stored);
      return app.jobs.save(...args);
    };
    await expect(cancel({ ...app, jobs: { ...app.jobs, save } }, job)).rejects.toMatchObject({
      code: "VERSION_CONFLICT",
    });
    expect(await job.current()).toMatchObject({ phase: "queued" });
  });

  it("is done once though the answer to its write is lost: it finds its own write again", async () => {
    const proxy = await startStorageProxy(takeStorageAccount(), "Table");
    const job = await submittedJob(echoProfile(), { AzureWebJobsStorage: proxy.connectionString });
    proxy.loseAnswer("POST", "reset");
    proxy.refuse("POST", "reset");
    proxy.refuse("POST", "reset");
    expect(await cancel(job.test.app, job)).toEqual(await job.current());
    const { entries } = await listHistory(job.test.app, { ref: job.ref, limit: 9 });
    expect(entries.map(({ event }) => event)).toEqual(["cancelled", "accepted"]);
    await proxy.stop();
  });
});
