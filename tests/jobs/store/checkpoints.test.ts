import { BlobServiceClient } from "@azure/storage-blob";
import { describe, expect, it } from "@jest/globals";
import { createWorker } from "../../../src/jobs/work/worker.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import type { Profile } from "../../../src/profiles/define-profile.ts";
import { until } from "../../local/host/support/until.ts";
import { answerText, startModelServer } from "../../support/model-server.ts";
import { relayProfile } from "../../support/profiles.ts";
import { takeStorageAccount } from "../../support/storage-account.ts";
import { startStorageProxy } from "../../support/storage-proxy.ts";
import { submittedJob } from "../../support/submitted-job.ts";
import type { SubmittedJob } from "../../support/submitted-job.ts";
import { queuesOf } from "../../support/test-app.ts";

const LARGE = "x".repeat(20_000);
const passing = () => new MillraceError("DOWNLOAD_FAILED", "gone");

/** Fails as often as it is told, then works. */
function failing(times: number, error = passing()): () => void {
  let left = times;
  return () => {
    if (left-- > 0) throw error;
  };
}

async function checkpointBlobs({ test }: SubmittedJob): Promise<string[]> {
  const container = BlobServiceClient.fromConnectionString(test.connectionString).getContainerClient("millrace");
  const names: string[] = [];
  for await (const { name } of container.listBlobsFlat({ prefix: "checkpoints/" })) names.push(name);
  return names;
}

describe("a step that has finished", () => {
  it("is still at work for all others until what is kept of it stands: only then does nobody run it again", async () => {
    const profile = relayProfile({ one: async () => LARGE, two: async ({ payload }) => payload });
    const job = await submittedJob(profile, { LEASE_SECONDS: "2" });
    const { content } = job.test.app;
    const seen: unknown[] = [];
    const putAfterHeartbeat: typeof content.put = async (name, ...blob) => {
      if (name.startsWith("checkpoints/")) {
        const { version } = await job.current();
        await until(async () => (await job.current()).version > version, "a heartbeat");
        seen.push((await job.current()).steps[0]?.status);
      }
      return content.put(name, ...blob);
    };
    await job.receive({ content: { ...content, put: putAfterHeartbeat } });
    expect(seen).toEqual(["running"]);
    expect(await job.current()).toMatchObject({
      phase: "done",
      steps: [{ status: "completed" }, { status: "completed" }],
    });
  });
});

describe("a job whose attempt failed", () => {
  it.each([
    ["in the row", "small", 0],
    ["in a blob", LARGE, 1],
  ])("goes on behind the last finished step, whose output was kept %s", async (_, text, blobs) => {
    const ran: string[] = [];
    const check = failing(1);
    const profile = relayProfile({
      one: async () => {
        ran.push("one");
        return { text };
      },
      two: async () => {
        ran.push("two");
      },
      three: async ({ outputs }) => {
        ran.push("three");
        check();
        return { text: JSON.stringify(outputs) };
      },
    });
    const job = await submittedJob(profile);
    await job.receive();
    expect(await job.current()).toMatchObject({
      phase: "queued",
      progress: { fraction: 0.6667 },
      steps: [
        { name: "one", status: "completed", attempt: 1 },
        { name: "two", status: "completed", attempt: 1 },
        { name: "three", status: "failed", attempt: 1 },
      ],
    });
    expect(await checkpointBlobs(job)).toHaveLength(blobs);

    await job.receiveLater();
    expect(ran).toEqual(["one", "two", "three", "three"]);
    const view = await job.view();
    expect(view).toMatchObject({
      status: "completed",
      attempt: 2,
      result: { text: JSON.stringify({ one: { text }, two: undefined }) },
      steps: [
        { name: "one", attempt: 1 },
        { name: "two", attempt: 1 },
        { name: "three", attempt: 2 },
      ],
    });
    expect(JSON.stringify(view["steps"])).not.toContain("checkpoint");
    expect(await checkpointBlobs(job)).toEqual([]);
    expect(JSON.stringify((await job.current()).steps)).not.toContain("checkpoint");
  });

  it("has in the end what all steps stored, and no name that a failed one took", async () => {
    const check = failing(1);
    const save = (name: string, text: string) => ({ name, bytes: Buffer.from(text), contentType: "text/plain" });
    const profile = relayProfile({
      one: async ({ services }) => services.saveArtifact(save("one.txt", "1")),
      two: async ({ payload, services }) => {
        await services.saveArtifact(save("two.txt", "2"));
        check();
        return payload;
      },
    });
    const job = await submittedJob(profile);
    await job.receive();
    await job.receiveLater();
    const { result } = await job.view();
    const names = (result as { artifacts: { name: string }[] }).artifacts.map(({ name }) => name);
    expect(names).toEqual([`${job.ref.jobId}.json`, "one.txt", "two.txt"]);
    const { bytes } = await job.test.request("GET", `/api/jobs/${job.ref.jobId}/artifacts/one.txt`);
    expect(bytes.toString()).toBe("1");
  });

  it("has used what all its attempts used: it was paid for (R-162)", async () => {
    const model = await startModelServer(answerText("Short."));
    const ask: Parameters<typeof relayProfile>[0][string] = async ({ services }) =>
      services.askModel({ instructions: "Do", input: "it" });
    const check = failing(2);
    const profile = relayProfile(
      {
        one: ask,
        two: async (context) => {
          await ask(context);
          check();
          return context.payload;
        },
      },
      { maxAttempts: 3 },
    );
    const environment = { OPENAI_BASE_URL: `${model.origin}/v1` };
    const job = await submittedJob(profile, environment);
    await job.receive();
    expect(await job.view()).toMatchObject({ status: "accepted", usage: { calls: 2, input_tokens: 22 } });
    await job.receiveLater();
    await job.receiveLater();
    expect(model.questions).toHaveLength(4);
    expect(await job.view()).toMatchObject({ status: "completed", usage: { calls: 4, input_tokens: 44 } });

    const hopeless = relayProfile({
      one: ask,
      two: async () => Promise.reject(new MillraceError("PDF_INVALID", "no")),
    });
    const lost = await submittedJob(hopeless, environment);
    await lost.receive();
    expect(await lost.view()).toMatchObject({ status: "failed", usage: { calls: 1 } });
    await model.stop();
  });

  it("runs a step again whose checkpoint is gone, with all behind it, and says so", async () => {
    const ran: string[] = [];
    const check = failing(1);
    const profile = relayProfile({
      one: async () => ran.push("one"),
      two: async () => {
        ran.push("two");
        return LARGE;
      },
      three: async () => ran.push("three"),
      four: async ({ payload }) => {
        check();
        return payload;
      },
    });
    const job = await submittedJob(profile);
    await job.receive();
    for (const blob of await checkpointBlobs(job)) await job.test.app.content.delete(blob);

    const lines: string[] = [];
    const write = (line: string) => lines.push(line);
    const clock = { now: () => new Date(Date.now() + 3_600_000) };
    const worker = createWorker({ ...job.test.app, clock }, queuesOf(job.test));
    const { jobId: job_id, operationId: operation_id, traceparent } = await job.current();
    const ids = { schema: 1, workspace_id: "default", job_id, operation_id, job_type: "echo", traceparent };
    await worker({ ...ids, enqueued_at: new Date(0).toISOString() }, { info: write, warn: write, error: write });
    expect(ran).toEqual(["one", "two", "three", "two", "three"]);
    expect(lines[0]).toMatch(/^checkpoint lost .*"step":"two"/);
    expect(await job.current()).toMatchObject({
      phase: "done",
      steps: [{ attempt: 1 }, { attempt: 2 }, { attempt: 2 }, { attempt: 2 }],
    });
  });

  it("begins anew when the profile has another version since: its steps may mean something else", async () => {
    const ran: string[] = [];
    const check = failing(1);
    const profile = relayProfile({
      one: async () => ran.push("one"),
      two: async ({ payload }) => {
        check();
        return payload;
      },
    });
    const job = await submittedJob(profile);
    await job.receive();
    const newer: Profile = { ...profile, version: 2 };
    const profiles = { all: [newer], knows: () => true, require: () => newer };
    expect(await job.receiveLater({ profiles })).toMatchObject({ outcome: "ran", job: { phase: "done" } });
    expect(ran).toEqual(["one", "one"]);
  });

  it("never goes back in its progress, though the step begins again", async () => {
    const seen: number[] = [];
    const check = failing(1);
    const reports = [0.5, 0.1];
    const profile = relayProfile({
      one: async () => 1,
      two: async ({ payload, progress }) => {
        const report = reports.shift() ?? 0;
        progress(report, `at ${report}`);
        let now = await job.current();
        while (now.progress.message !== `at ${report}`) now = await job.current();
        seen.push(now.progress.fraction);
        check();
        return payload;
      },
    });
    const job: SubmittedJob = await submittedJob(profile);
    await job.receive();
    seen.push((await job.current()).progress.fraction);
    expect(await job.receiveLater()).toMatchObject({ job: { phase: "done" } });
    expect(seen).toEqual([0.75, 0.75, 0.75]);
  });
});

describe("a job with several steps", () => {
  it.each([
    ["bytes", Buffer.from("x")],
    ["a date", { at: new Date(0) }],
  ])("fails for good when a step other than the last returns %s", async (_, output) => {
    const job = await submittedJob(relayProfile({ one: async () => output, two: async ({ payload }) => payload }));
    await job.receive();
    expect(await job.current()).toMatchObject({
      phase: "failed",
      attempt: 1,
      error: { code: "OUTPUT_INVALID" },
      steps: [
        { name: "one", status: "failed" },
        { name: "two", status: "pending" },
      ],
    });
  });

  it("has committed a step before the next begins, with one write", async () => {
    const proxy = await startStorageProxy(takeStorageAccount(), "Table");
    /** Every change of a job is one transaction; the first inserts it. */
    const changes = () => proxy.requests.filter((request) => request.includes("/$batch")).length - 1;
    const seen: unknown[] = [];
    const look = async () => {
      const { steps } = await job.current();
      seen.push([changes(), steps.map(({ status }) => status)]);
    };
    const profile = relayProfile({ one: look, two: look, three: async ({ payload }) => look().then(() => payload) });
    const job: SubmittedJob = await submittedJob(profile, { AzureWebJobsStorage: proxy.connectionString });
    await job.receive();
    expect(seen).toEqual([
      [1, ["pending", "pending", "pending"]],
      [2, ["completed", "pending", "pending"]],
      [3, ["completed", "completed", "pending"]],
    ]);
    expect(changes()).toBe(4);
    await proxy.stop();
  });

  it.each(["Table", "Blob"] as const)(
    "does not throw a finished step away because %s storage fails for a moment",
    async (service) => {
      const proxy = await startStorageProxy(takeStorageAccount(), service);
      let runs = 0;
      const profile = relayProfile({
        one: async () => {
          runs++;
          for (let tries = 0; tries < 3; tries++) proxy.refuse("PUT", "reset");
          return LARGE;
        },
        two: async ({ payload }) => payload,
      });
      const job = await submittedJob(profile, { AzureWebJobsStorage: proxy.connectionString });
      expect(await job.receive()).toMatchObject({ outcome: "ran", job: { phase: "done", attempt: 1 } });
      expect(runs).toBe(1);
      await proxy.stop();
    },
  );

  it("leaves the finished steps to the worker that takes the job over, and is fenced (P8)", async () => {
    const ran: string[] = [];
    const profile = relayProfile({
      one: async () => ran.push("one"),
      two: async ({ payload }) => {
        ran.push("two");
        if (ran.length === 2)
          expect(await job.receiveLater()).toMatchObject({ outcome: "ran", job: { phase: "done" } });
        return payload;
      },
      three: async ({ payload }) => {
        ran.push("three");
        return payload;
      },
    });
    const job: SubmittedJob = await submittedJob(profile);
    expect(await job.receive()).toMatchObject({ outcome: "fenced" });
    expect(ran).toEqual(["one", "two", "two", "three"]);
    expect(await job.current()).toMatchObject({
      phase: "done",
      attempt: 2,
      steps: [{ attempt: 1 }, { attempt: 2 }, {}],
    });
  });

  it.each([
    ["failed for good", new MillraceError("PDF_INVALID", "no"), 1],
    ["failed at its last attempt", passing(), 2],
  ])("keeps no checkpoint once it has %s", async (_, error, attempts) => {
    const profile = relayProfile(
      { one: async () => LARGE, two: async () => Promise.reject(error) },
      { maxAttempts: attempts },
    );
    const job = await submittedJob(profile);
    for (let attempt = 1; attempt < attempts; attempt++) {
      await job.receive();
      expect(await checkpointBlobs(job)).toHaveLength(1);
    }
    await job.receiveLater();
    expect(await job.current()).toMatchObject({ phase: "failed", attempt: attempts });
    expect(await checkpointBlobs(job)).toEqual([]);
  });

  it("keeps none once it has used up its attempts without an end, nor when its deletion finds one", async () => {
    const profile = relayProfile({ one: async () => LARGE, two: async () => Promise.reject(passing()) });
    const job = await submittedJob(profile);
    await job.receive();
    const waiting = await job.test.app.jobs.require(job.ref);
    await job.test.app.jobs.save({ ...waiting.job, maxAttempts: 1 }, waiting);
    expect(await job.receiveLater()).toMatchObject({ outcome: "ended" });
    expect(await checkpointBlobs(job)).toEqual([]);

    const { operationId } = await job.current();
    const left = `checkpoints/default/${job.ref.jobId}/${operationId}/claim/one.json`;
    await job.test.app.content.put(left, Buffer.from("{}"), "application/json");
    expect((await job.test.request("DELETE", `/api/jobs/${job.ref.jobId}`)).status).toBe(204);
    expect(await checkpointBlobs(job)).toEqual([]);
  });

  it("has ended even if its checkpoints cannot be deleted", async () => {
    const proxy = await startStorageProxy(takeStorageAccount(), "Blob");
    const profile = relayProfile({
      one: async () => LARGE,
      two: async ({ payload }) => {
        for (let tries = 0; tries < 3; tries++) proxy.refuse("DELETE", "reset");
        return payload;
      },
    });
    const job = await submittedJob(profile, { AzureWebJobsStorage: proxy.connectionString });
    expect(await job.receive()).toMatchObject({ outcome: "ran", job: { phase: "done" } });
    expect(await checkpointBlobs(job)).toHaveLength(1);
    await proxy.stop();
  });

  it("keeps so much in its row and no more, however many its steps", async () => {
    const text = "y".repeat(1500);
    const check = failing(1);
    const works = Object.fromEntries(Array.from({ length: 49 }, (_, n) => [`s${n}`, async () => text]));
    const profile = relayProfile({
      ...works,
      last: async ({ payload }) => {
        check();
        return payload;
      },
    });
    const job = await submittedJob(profile);
    expect(await job.receive()).toMatchObject({ outcome: "ran", job: { phase: "queued" } });
    const { steps } = await job.current();
    expect(JSON.stringify(steps).length).toBeLessThan(28_000);
    expect(await checkpointBlobs(job)).toHaveLength(44);
    expect(await job.receiveLater()).toMatchObject({ outcome: "ran", job: { phase: "done" } });
  });
});
