import { describe, expect, it } from "@jest/globals";
import type { App } from "../../src/app.ts";
import type { BulkReplayView } from "../../src/contract/bulk-replay-view.ts";
import { advanceBulkReplays } from "../../src/dead-letters/advance-bulk-replays.ts";
import { superviseJobs } from "../../src/jobs/supervision/supervise.ts";
import type { FailedJob } from "../support/failed-job.ts";
import { failJob, pickyApp } from "../support/failed-job.ts";
import { collectLog } from "../support/sinks.ts";
import type { TestApp } from "../support/test-app.ts";

/** An app whose worker works on all messages in each pause of a replay, on a clock that only pauses move. */
interface Scene {
  readonly test: TestApp;
  readonly app: App;
  /** Jobs that begin with "bad" fail again, until they are healed. */
  readonly heal: (job: FailedJob) => Promise<void>;
  readonly start: (body?: object) => Promise<string>;
  readonly read: (replayId: string) => Promise<BulkReplayView>;
  /** Lets turns of the timer pass until the replay has ended. */
  readonly finish: (replayId: string) => Promise<BulkReplayView>;
}

async function scene(): Promise<Scene> {
  const test = await pickyApp();
  let paused = 0;
  const app: App = {
    ...test.app,
    clock: { now: () => new Date(Date.now() + paused) },
    async pause(milliseconds) {
      paused += milliseconds;
      await superviseJobs(app, collectLog().sink);
      await test.deliver("job-requests");
    },
  };
  const read = async (replayId: string) =>
    (await test.request("GET", `/api/ops/dead-letters/replays/${replayId}`)).json as unknown as BulkReplayView;
  return {
    test,
    app,
    read,
    async heal({ deadLetterId }) {
      const edit = { body: { payload: { text: "good" } }, headers: { "if-match": "*" } };
      await test.request("PATCH", `/api/ops/dead-letters/${deadLetterId}`, edit);
    },
    async start(body = {}) {
      const all = { filter: {}, canary: 2, reason: "fixed", ...body };
      const answer = await test.request("POST", "/api/ops/dead-letters/replay", { body: all });
      expect(answer.status).toBe(202);
      expect(answer.headers.get("location")).toBe((answer.json["links"] as { self: string }).self);
      return String(answer.json["replay_id"]);
    },
    async finish(replayId) {
      for (let turns = 0; turns < 20; turns++) {
        await advanceBulkReplays(app, collectLog().sink);
        const replay = await read(replayId);
        if (replay.status !== "running") return replay;
        paused += 61_000; // A replay that somebody has held and let fall is free again.
      }
      throw new Error("the replay does not end");
    },
  };
}

async function failJobs(test: TestApp, count: number, text = "bad"): Promise<FailedJob[]> {
  const jobs: FailedJob[] = [];
  for (let index = 0; index < count; index++) jobs.push(await failJob(test, text));
  return jobs;
}

async function operationsOf(test: TestApp, jobs: readonly FailedJob[]): Promise<number[]> {
  const read = jobs.map(async ({ jobId }) => (await test.app.jobs.require({ workspaceId: "default", jobId })).job);
  return (await Promise.all(read)).map(({ operations }) => operations);
}

describe("advanceBulkReplays()", () => {
  it("passes by a row that it cannot read", async () => {
    const { test, start, finish } = await scene();
    await failJobs(test, 1);
    const replayId = await start();
    await test.app.storage.jobs.create({ partitionKey: "00", rowKey: "replay|0", status: "running" });
    expect(await finish(replayId)).toMatchObject({ replayed: 1, ended: 1 });
  });

  it("replays what the filter names, canaries first, and says how it went", async () => {
    const { test, start, finish, heal } = await scene();
    const jobs = await failJobs(test, 7);
    const [other] = [await failJob(test, "bad", { workspace: "acme" })];
    for (const job of jobs) await heal(job);
    const replayId = await start({ filter: { workspace_id: "default", code: "PDF_ENCRYPTED" } });
    expect(await finish(replayId)).toMatchObject({
      ...{ status: "done", replayed: 7, skipped: 0, ended: 7, failed_again: 0, under_way: 0 },
    });
    expect(await operationsOf(test, jobs)).toEqual(jobs.map(() => 2));
    const left = (await test.request("GET", "/api/ops/dead-letters")).json["value"];
    expect(left).toMatchObject([{ dead_letter_id: other.deadLetterId }]);
    const one = await test.request("GET", `/api/ops/dead-letters/${jobs[0]?.deadLetterId ?? ""}`);
    expect(one.json).toMatchObject({ replay_id: replayId, actions: [{}, { action: "replayed", reason: "fixed" }] });
  });

  it("has as the submitter of what it begins who has begun it", async () => {
    const { test, finish } = await scene();
    const { jobId } = await failJob(test, "bad", { by: "alice" });
    const headers = { "x-ms-client-principal-name": "bob" };
    const body = { filter: {}, reason: "fixed" };
    const { json } = await test.request("POST", "/api/ops/dead-letters/replay", { body, headers });
    await finish(String(json["replay_id"]));
    expect((await test.app.jobs.require({ workspaceId: "default", jobId })).job.submittedBy).toBe("bob");
  });

  it("goes no further than the canaries when these fail again (L5)", async () => {
    const { test, start, finish } = await scene();
    const jobs = await failJobs(test, 6);
    const replay = await finish(await start());
    expect(replay).toMatchObject({ status: "stopped", replayed: 2, failed_again: 2 });
    expect(replay.stopped_because).toContain("2 of 2 jobs failed again");
    expect((await operationsOf(test, jobs)).sort()).toEqual([1, 1, 1, 1, 2, 2]);
  });

  it("keeps to the rate and the limit", async () => {
    const { test, start, finish, heal } = await scene();
    const jobs = await failJobs(test, 8);
    for (const job of jobs) await heal(job);
    const replay = await finish(await start({ rate_per_second: 2, limit: 7 }));
    expect(replay).toMatchObject({ status: "done", replayed: 7 });
    const letters = await Promise.all(jobs.map(async (job) => test.app.deadLetters.require(job.deadLetterId)));
    const times = letters.flatMap(({ letter }) => letter.actions.filter(({ action }) => action === "replayed"));
    const [first, last] = [times.at(-1)?.at.getTime() ?? 0, times[0]?.at.getTime() ?? 0];
    // Two a second in four rounds, the last of which begins two seconds after the first is over, or later.
    expect(last - first).toBeGreaterThanOrEqual(2000);
    expect(await operationsOf(test, jobs)).toEqual([1, 2, 2, 2, 2, 2, 2, 2]); // The latest failures come first.
  });

  it("gives each job at most one new operation when all is replayed three times at once, by two hosts (L5, P25)", async () => {
    const { test, app, start, finish } = await scene();
    const jobs = await failJobs(test, 9);
    const asks = { stop_at_failure_rate: 1, rate_per_second: 3 };
    const replays = await Promise.all([start(asks), start(asks), start(asks)]);
    await Promise.all([1, 2].map(async () => advanceBulkReplays(app, collectLog().sink)));
    const ends = [];
    for (const replayId of replays) ends.push(await finish(replayId));
    expect(ends.map(({ status }) => status)).toEqual(["done", "done", "done"]);
    expect(ends.reduce((sum, { replayed }) => sum + replayed, 0)).toBe(9);
    expect(await operationsOf(test, jobs)).toEqual(jobs.map(() => 2));
    const open = (await test.request("GET", "/api/ops/dead-letters?limit=100")).json["value"] as { replays: number }[];
    expect(open.map(({ replays: count }) => count)).toEqual(jobs.map(() => 1));
  });

  it("is carried on by another host when one dies at any moment, and counts each letter once", async () => {
    const { test, app, start, finish, heal, read } = await scene();
    const jobs = await failJobs(test, 6);
    for (const job of jobs) await heal(job);
    const replayId = await start({ canary: 1 });
    let lives = 0;
    for (let left = 1; ; left++) {
      const { app: dying, isDead } = dyingAfter(app, left);
      await advanceBulkReplays(dying, collectLog().sink);
      await test.deliver("job-requests");
      if (!isDead() || (await read(replayId)).status !== "running") break;
      lives++;
      await app.pause(61_000);
    }
    expect(lives).toBeGreaterThan(4);
    expect(await finish(replayId)).toMatchObject({ status: "done", replayed: 6, ended: 6, failed_again: 0 });
    expect(await operationsOf(test, jobs)).toEqual(jobs.map(() => 2));
  });

  it("is carried on by one host at a time", async () => {
    const { test, app, start } = await scene();
    await failJobs(test, 1);
    const replayId = await start();
    let meanwhile: unknown;
    const pausing: App = {
      ...app,
      async pause(milliseconds) {
        const { etag } = await test.app.bulkReplays.require(replayId);
        await advanceBulkReplays(app, collectLog().sink);
        meanwhile = (await test.app.bulkReplays.require(replayId)).etag === etag;
        await app.pause(milliseconds);
      },
    };
    await advanceBulkReplays(pausing, collectLog().sink);
    expect(meanwhile).toBe(true);
  });

  it("passes letters by that cannot be replayed, and leaves those of jobs that went round too often", async () => {
    const { test, start, finish, heal } = await scene();
    const jobs = await failJobs(test, 3);
    const [stale, weary, fine] = jobs;
    if (!stale || !weary || !fine) throw new Error("three were asked for");
    await heal(fine);
    const change = async ({ deadLetterId }: FailedJob, fields: object) => {
      const { letter, etag } = await test.app.deadLetters.require(deadLetterId);
      await test.app.deadLetters.save({ ...letter, ...fields }, etag);
    };
    await change(stale, { payload: { inline: { old: true } } });
    await change(weary, { replays: 4 });
    expect(await finish(await start())).toMatchObject({ status: "done", replayed: 1, skipped: 1 });
    expect(await operationsOf(test, jobs)).toEqual([1, 1, 2]);
  });

  it("leaves what fails after it was begun, and what failed after the time it names", async () => {
    const { test, start, finish } = await scene();
    const [early] = await failJobs(test, 1);
    const between = new Date().toISOString();
    const late = await failJobs(test, 1);
    const replayId = await start({ filter: { failed_before: between }, stop_at_failure_rate: 1 });
    await failJobs(test, 1);
    expect(await finish(replayId)).toMatchObject({ status: "done", replayed: 1, failed_again: 1 });
    expect(await operationsOf(test, [...(early ? [early] : []), ...late])).toEqual([2, 1]);
  });

  it("is stopped by an operator, and what it has done is counted", async () => {
    const { test, app, start, read } = await scene();
    const jobs = await failJobs(test, 4);
    const replayId = await start({ stop_at_failure_rate: 1, rate_per_second: 1, canary: 1 });
    let answer: unknown;
    const stopping: App = {
      ...app,
      deadLetters: {
        ...app.deadLetters,
        async list(...asked) {
          answer = await test.request("POST", `/api/ops/dead-letters/replays/${replayId}/stop`, {
            body: { reason: "enough" },
          });
          return app.deadLetters.list(...asked);
        },
      },
    };
    await advanceBulkReplays(stopping, collectLog().sink);
    expect(answer).toMatchObject({ status: 200, json: { status: "stopped" } });
    await advanceBulkReplays(app, collectLog().sink);
    expect(await read(replayId)).toMatchObject({ status: "stopped", stopped_because: "enough", replayed: 1 });
    expect((await operationsOf(test, jobs)).filter((count) => count === 2)).toHaveLength(1);
    const again = await test.request("POST", `/api/ops/dead-letters/replays/${replayId}/stop`);
    expect(again).toMatchObject({ status: 200, json: { status: "stopped", stopped_because: "enough" } });
  });

  it("is forgotten when letters of its time are", async () => {
    const { test, app, start, finish } = await scene();
    const replayId = await start();
    await finish(replayId);
    const clock = { now: () => new Date(Date.now() + 181 * 24 * 3_600_000) };
    await advanceBulkReplays({ ...app, clock }, collectLog().sink);
    expect((await test.request("GET", `/api/ops/dead-letters/replays/${replayId}`)).status).toBe(404);
  });
});

/** The same app, in a process that dies after so many writes: none of its promises comes to an end. */
function dyingAfter(app: App, writes: number): { readonly app: App; readonly isDead: () => boolean } {
  let left = writes;
  const dead = new Error("the process is gone");
  const orDie = <Args extends readonly unknown[], Result>(write: (...args: Args) => Promise<Result>) => {
    return async (...args: Args): Promise<Result> => {
      if (left <= 0) throw dead;
      const result = await write(...args);
      if (--left <= 0) throw dead;
      return result;
    };
  };
  return {
    isDead: () => left <= 0,
    app: {
      ...app,
      jobs: { ...app.jobs, save: orDie(app.jobs.save.bind(app.jobs)) },
      bulkReplays: { ...app.bulkReplays, save: orDie(app.bulkReplays.save.bind(app.bulkReplays)) },
    },
  };
}

describe("POST /api/ops/dead-letters/replay", () => {
  it.each([
    [{}, "/reason"],
    [{ reason: "x", rate_per_second: 0 }, "/rate_per_second"],
    [{ reason: "x", canary: 0 }, "/canary"],
    [{ reason: "x", stop_at_failure_rate: 1.1 }, "/stop_at_failure_rate"],
    [{ reason: "x", limit: 0 }, "/limit"],
  ])("refuses %j", async (body, pointer) => {
    const test = await pickyApp();
    const answer = await test.request("POST", "/api/ops/dead-letters/replay", { body: { filter: {}, ...body } });
    expect(answer).toMatchObject({ status: 422, json: { errors: [{ pointer }] } });
  });
});
