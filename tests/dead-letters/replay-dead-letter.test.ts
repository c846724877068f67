import { describe, expect, it } from "@jest/globals";
import type { App } from "../../src/app.ts";
import { replayDeadLetter } from "../../src/dead-letters/replay-dead-letter.ts";
import { regenerateJob } from "../../src/jobs/regenerate.ts";
import { startOperation } from "../../src/jobs/start-operation.ts";
import { payloadFolder } from "../../src/jobs/store/content.ts";
import { superviseJobs } from "../../src/jobs/supervision/supervise.ts";
import { MillraceError } from "../../src/platform/errors.ts";
import { failJob, pickyApp } from "../support/failed-job.ts";
import { collectLog } from "../support/sinks.ts";
import { takeStorageAccount } from "../support/storage-account.ts";
import { startStorageProxy } from "../support/storage-proxy.ts";
import { queuesOf } from "../support/test-app.ts";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

describe("replayDeadLetter()", () => {
  it("begins one operation, however many ask for it at once (P25)", async () => {
    const test = await pickyApp();
    const { jobId, deadLetterId } = await failJob(test);
    const asked = Array.from({ length: 8 }, async () => replayDeadLetter(test.app, { deadLetterId, traceparent }));
    const replays = await Promise.all(asked);
    const operations = replays.map((replayed) => ("job" in replayed ? replayed.operationId : ""));
    expect(new Set(operations).size).toBe(1);
    expect(replays.filter(({ before }) => !before)).toHaveLength(1);
    const { job } = await test.app.jobs.require({ workspaceId: "default", jobId });
    expect(job).toMatchObject({ operationId: operations[0], operations: 2 });
    const { letter } = await test.app.deadLetters.require(deadLetterId);
    expect(letter.actions).toHaveLength(1);
  });

  it("begins one operation although its answer was lost and it is asked for again (K11)", async () => {
    const proxy = await startStorageProxy(takeStorageAccount(), "Table");
    const test = await pickyApp({ AzureWebJobsStorage: proxy.connectionString });
    const { jobId, deadLetterId } = await failJob(test);
    proxy.loseAnswer("POST", "reset");
    for (let tries = 0; tries < 2; tries++) proxy.refuse("POST", "reset");
    const first = await replayDeadLetter(test.app, { deadLetterId, traceparent });
    const again = await replayDeadLetter(test.app, { deadLetterId, traceparent });
    expect([first.before, again.before]).toEqual([false, true]);
    expect((await test.app.jobs.require({ workspaceId: "default", jobId })).job.operations).toBe(2);
    await proxy.stop();
  });

  it("has begun the operation when the process dies before the message is put: the supervisor puts it (K11)", async () => {
    const test = await pickyApp();
    const { jobId, deadLetterId } = await failJob(test);
    const dying: App = {
      ...test.app,
      dispatch: async () => {
        throw new MillraceError("STORAGE_UNAVAILABLE", "the process is gone");
      },
    };
    const replayed = await replayDeadLetter(dying, { deadLetterId, traceparent });
    expect(replayed).toMatchObject({ before: false, unsent: { code: "STORAGE_UNAVAILABLE" } });
    expect(await test.peek("job-requests")).toEqual([]);
    const clock = { now: () => new Date(Date.now() + 121_000) };
    await superviseJobs({ ...test.app, clock }, collectLog().sink);
    await test.deliver("job-requests");
    expect((await test.app.jobs.require({ workspaceId: "default", jobId })).job).toMatchObject({
      phase: "failed",
      operations: 2,
      attempt: 1,
    });
  });

  it("changes neither letter nor job when the letter is edited in that moment, and then takes the edit", async () => {
    const test = await pickyApp();
    const { jobId, deadLetterId } = await failJob(test);
    const path = `/api/ops/dead-letters/${deadLetterId}`;
    let isEdited = false;
    const save: App["jobs"]["save"] = async (...args) => {
      const edit = { body: { payload: { text: "good" } }, headers: { "if-match": "*" } };
      if (!isEdited) expect((await test.request("PATCH", path, edit)).status).toBe(200);
      isEdited = true;
      return test.app.jobs.save(...args);
    };
    await replayDeadLetter({ ...test.app, jobs: { ...test.app.jobs, save } }, { deadLetterId, traceparent });
    const { job } = await test.app.jobs.require({ workspaceId: "default", jobId });
    expect(job).toMatchObject({ operations: 2, payload: { inline: { text: "good" } } });
    const { letter } = await test.app.deadLetters.require(deadLetterId);
    expect(letter.actions.map(({ action }) => action)).toEqual(["edited", "replayed"]);
  });

  it("refuses a job that has begun anew past its letter", async () => {
    const test = await pickyApp();
    const { jobId, deadLetterId } = await failJob(test);
    const stored = await test.app.jobs.require({ workspaceId: "default", jobId });
    const profile = test.app.profiles.require("echo");
    const { payload } = stored.job;
    const { job } = await startOperation(test.app, stored, { profile, payload, traceparent, actor: "client" });
    await expect(replayDeadLetter(test.app, { deadLetterId, traceparent })).rejects.toMatchObject({
      code: "OPERATION_SUPERSEDED",
    });
    expect((await test.app.jobs.require(job)).job.operationId).toBe(job.operationId);
  });

  it("leaves no payload behind where another was faster", async () => {
    const test = await pickyApp();
    const { deadLetterId } = await failJob(test, `bad ${"x".repeat(50_000)}`);
    const before = await test.countStored();
    const asked = Array.from({ length: 4 }, async () => replayDeadLetter(test.app, { deadLetterId, traceparent }));
    await Promise.all(asked);
    // A blob, a message, and a line of history; the wake-up row has moved.
    expect(await test.countStored()).toBe(before + 3);
  });

  it("puts a message again when the process died between the letter's change and the message", async () => {
    const test = await pickyApp();
    const { queue } = queuesOf(test);
    await queue.put("not json");
    await test.deliver(queue.name);
    const [listed] = await test.app.deadLetters.list({}, 1);
    const deadLetterId = listed?.deadLetterId ?? "";
    const dying: App = {
      ...test.app,
      queueOf: () => ({
        ...queue,
        put: async () => {
          throw new MillraceError("STORAGE_UNAVAILABLE", "the process is gone");
        },
      }),
    };
    await expect(replayDeadLetter(dying, { deadLetterId, traceparent })).rejects.toThrow("the process is gone");
    await replayDeadLetter(test.app, { deadLetterId, traceparent });
    expect(await test.peek(queue.name)).toEqual(["not json"]);
    const { letter } = await test.app.deadLetters.require(deadLetterId);
    expect(letter).toMatchObject({ status: "replayed", actions: [{ action: "replayed" }] });
  });

  it("leaves a message's letter open that cannot be put back, since its capability has no queue any more", async () => {
    const test = await pickyApp();
    const { queue } = queuesOf(test);
    await queue.put("not json");
    await test.deliver(queue.name);
    const deadLetterId = (await test.app.deadLetters.list({}, 1))[0]?.deadLetterId ?? "";
    const queueOf = (): never => {
      throw new Error("no queue");
    };
    await expect(replayDeadLetter({ ...test.app, queueOf }, { deadLetterId, traceparent })).rejects.toThrow("no queue");
    expect((await test.app.deadLetters.require(deadLetterId)).letter.status).toBe("open");
  });

  it("keeps the payload that a later operation has taken over, when its own answer was lost for so long", async () => {
    const test = await pickyApp();
    const { jobId, deadLetterId } = await failJob(test, `bad ${"x".repeat(50_000)}`);
    const ref = { workspaceId: "default", jobId };
    const save: App["jobs"]["save"] = async (...args) => {
      const { job } = await test.app.jobs.save(...args);
      await test.app.dispatch(job);
      await test.deliver("job-requests");
      await regenerateJob(test.app, { ref, traceparent });
      throw new MillraceError("VERSION_CONFLICT", "the job has failed again and begun anew since");
    };
    const app: App = { ...test.app, jobs: { ...test.app.jobs, save } };
    expect(await replayDeadLetter(app, { deadLetterId, traceparent })).toMatchObject({ before: true });
    const { payload, operations } = (await test.app.jobs.require(ref)).job;
    expect([operations, await test.app.content.exists("blob" in payload ? payload.blob : "")]).toEqual([3, true]);
  });

  it("says so for good when the payload is not there any more: a replay of many must not wait for it", async () => {
    const test = await pickyApp();
    const { jobId, deadLetterId } = await failJob(test, `bad ${"x".repeat(50_000)}`);
    await test.app.content.deleteFolder(payloadFolder({ workspaceId: "default", jobId }));
    await expect(replayDeadLetter(test.app, { deadLetterId, traceparent })).rejects.toMatchObject({
      code: "VALIDATION_FAILED",
    });
  });
});
