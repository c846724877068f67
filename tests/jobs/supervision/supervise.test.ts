import { describe, expect, it } from "@jest/globals";
import type { App } from "../../../src/app.ts";
import { evolve } from "../../../src/jobs/life/evolve.ts";
import type { Job, JobRef } from "../../../src/jobs/life/job.ts";
import { isTerminal } from "../../../src/jobs/life/lifecycle.ts";
import { envelopeOf } from "../../../src/jobs/store/dispatch.ts";
import { jobKey } from "../../../src/jobs/store/job-row.ts";
import { submitJob } from "../../../src/jobs/submit.ts";
import { NOTHING, superviseJobs } from "../../../src/jobs/supervision/supervise.ts";
import type { Swept } from "../../../src/jobs/supervision/supervise.ts";
import { claimJob } from "../../../src/jobs/work/claim.ts";
import { receiveMessage } from "../../../src/jobs/work/receive-message.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import { newId } from "../../../src/platform/ids.ts";
import { PARTITIONS, rowKeysUnder } from "../../../src/platform/partitions.ts";
import { odata } from "../../../src/platform/tables.ts";
import type { StoredRow } from "../../../src/platform/tables.ts";
import type { Profile } from "../../../src/profiles/define-profile.ts";
import { aJob } from "../../support/a-job.ts";
import { echoProfile } from "../../support/profiles.ts";
import { collectLog } from "../../support/sinks.ts";
import { createTestApp } from "../../support/test-app.ts";
import type { TestApp } from "../../support/test-app.ts";

const START = Date.parse("2026-03-01T00:00:00.000Z");
const SECOND = 1000;

/** The app on a clock that only the test moves. */
interface Scene {
  readonly test: TestApp;
  readonly app: App;
  readonly lines: string[];
  readonly seconds: () => number;
  readonly pass: (seconds: number) => void;
  readonly sweep: (app?: App) => Promise<Swept>;
  readonly submit: () => Promise<JobRef>;
  readonly read: (ref: JobRef) => Promise<Job>;
  readonly wakeUps: () => Promise<StoredRow[]>;
}

async function scene(profile: Profile = echoProfile()): Promise<Scene> {
  const test = await createTestApp({ profiles: [profile] });
  let elapsedMs = 0;
  const app: App = { ...test.app, clock: { now: () => new Date(START + elapsedMs) } };
  const { sink, lines } = collectLog();
  return {
    test,
    app,
    lines,
    seconds: () => elapsedMs / SECOND,
    pass: (seconds) => void (elapsedMs += seconds * SECOND),
    sweep: async (by = app) => superviseJobs(by, sink),
    submit: async () => {
      const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
      const { job } = await submitJob(app, {
        workspaceId: "default",
        jobType: "echo",
        payload: { text: "hi" },
        traceparent,
      });
      return job;
    },
    read: async (ref) => (await app.jobs.require(ref)).job,
    wakeUps: async () => wakeUpsOf(app),
  };
}

async function wakeUpsOf({ storage }: App): Promise<StoredRow[]> {
  const { after, before } = rowKeysUnder("due");
  const found = await Promise.all(
    PARTITIONS.map(async (partition) =>
      storage.jobs.list({
        filter: odata`PartitionKey eq ${partition} and RowKey gt ${after} and RowKey lt ${before}`,
        limit: 2000,
      }),
    ),
  );
  return found.flat();
}

/** Puts no message anywhere. */
const lost: App["dispatch"] = async () => undefined;
const noAside = async (): Promise<never> => {
  throw new Error("set aside");
};

/** A worker that gets every message of this app at once, whatever its delay, once its time has come. */
function deliveringTo(messages: Job[]): App["dispatch"] {
  return async (job) => void messages.push(job);
}

async function work(app: App, job: Job): Promise<void> {
  await receiveMessage({ ...app, setAside: noAside }, envelopeOf(job));
}

describe("superviseJobs()", () => {
  it("has nothing to do where every job is seen to, and says nothing", async () => {
    const { sweep, submit, pass, lines, wakeUps } = await scene();
    await submit();
    pass(119);
    expect(await sweep()).toEqual(NOTHING);
    expect(lines).toEqual([]);
    expect(await wakeUps()).toHaveLength(1);
  });

  it("brings every job to its end though all messages but its own are lost, within the bound (P2, Q4)", async () => {
    const runs = new Map<string, number>();
    const failsTwice = echoProfile(async ({ jobId, payload }) => {
      runs.set(jobId, (runs.get(jobId) ?? 0) + 1);
      if (runs.get(jobId) !== 3) throw new MillraceError("PROVIDER_UNAVAILABLE", "not now");
      return payload;
    });
    const { app, sweep, submit, pass, read, wakeUps, seconds } = await scene(failsTwice);
    const dropping = { ...app, dispatch: lost };
    const refs = await Promise.all(Array.from({ length: 12 }, submit));
    const messages: Job[] = [];
    const supervisor = { ...app, dispatch: deliveringTo(messages) };
    for (;;) {
      await sweep(supervisor);
      for (const job of messages.splice(0)) await work(dropping, job);
      const jobs = await Promise.all(refs.map(read));
      if (jobs.every(({ phase }) => isTerminal(phase))) break;
      pass(30);
    }
    const jobs = await Promise.all(refs.map(read));
    expect(jobs.map(({ phase }) => phase)).toEqual(refs.map(() => "done"));
    // Three attempts, each at most patience and a sweep after it was due; retries are due after 2.4 and 4.8 seconds.
    expect(seconds()).toBeLessThanOrEqual(3 * (120 + 30) + 8);
    expect(await wakeUps()).toHaveLength(refs.length); // for the end of each record
  });

  it("sends the message of a job that has none, and the next one after twice the time", async () => {
    const { test, app, sweep, submit, pass, read, lines } = await scene();
    const queue = app.storage.queue("job-requests");
    const ref = await submit();
    const { length: before } = await test.peek(queue.name);
    pass(120);
    expect(await sweep()).toEqual({ ...NOTHING, resend: 1 });
    expect(await test.peek(queue.name)).toHaveLength(before + 1);
    expect(await read(ref)).toMatchObject({ phase: "queued", redispatches: 1, attempt: 0 });
    expect(lines[0]).toMatch(/^warn message sent again \{"job_id":"job_/);

    pass(239);
    expect(await sweep()).toEqual(NOTHING);
    pass(1);
    expect(await sweep()).toEqual({ ...NOTHING, resend: 1 });
    await work(app, await read(ref));
    expect(await read(ref)).toMatchObject({ phase: "done", attempt: 1 });
    expect(await read(ref)).not.toHaveProperty("redispatches");
  });

  it("puts a job back whose worker is silent, and its next attempt goes on (P2, P9)", async () => {
    const { app, sweep, submit, pass, read } = await scene();
    const ref = await submit();
    const { operationId } = await read(ref);
    await claimJob(app, { ...ref, operationId });
    pass(74); // A lease of 60 seconds, and a quarter of it for clocks and a last write.
    expect(await sweep()).toEqual(NOTHING);
    pass(1);
    expect(await sweep()).toEqual({ ...NOTHING, redrive: 1 });
    const back = await read(ref);
    expect(back).toMatchObject({ phase: "queued", attempt: 1, lastError: { code: "WORKER_LOST" } });
    expect(back).not.toHaveProperty("leaseUntil");
    await work(app, back);
    expect(await read(ref)).toMatchObject({ phase: "done", attempt: 2 });
  });

  it("ends a crash loop: every attempt was counted before its work (P9, K4)", async () => {
    const { app, sweep, submit, pass, read, wakeUps } = await scene(echoProfile(undefined, { maxAttempts: 3 }));
    const ref = await submit();
    for (const attempt of [1, 2, 3]) {
      const { operationId } = await read(ref);
      expect(await claimJob(app, { ...ref, operationId })).toMatchObject({ outcome: "claimed" });
      expect(await read(ref)).toMatchObject({ phase: "processing", attempt });
      pass(75);
      expect(await sweep()).toEqual({ ...NOTHING, [attempt < 3 ? "redrive" : "giveUp"]: 1 });
    }
    expect(await read(ref)).toMatchObject({ phase: "failed", attempt: 3, error: { code: "ATTEMPTS_EXHAUSTED" } });
    expect(await wakeUps()).toHaveLength(1);
  });

  it("does no harm when two sweep at once: one row changes once, and a message too many is obsolete (K13)", async () => {
    const { test, app, sweep, submit, pass, read } = await scene();
    const refs = await Promise.all(Array.from({ length: 10 }, submit));
    const taken = await read(refs[0] ?? { workspaceId: "default", jobId: "none" });
    await claimJob(app, taken);
    pass(150);
    const swept = await Promise.all([sweep(), sweep(), sweep()]);
    const sum = (key: keyof Swept) => swept.reduce((total, counts) => total + counts[key], 0);
    expect([sum("resend"), sum("redrive"), sum("skipped")]).toEqual([9, 1, 0]);

    while ((await test.deliver("job-requests")) > 0);
    const jobs = await Promise.all(refs.map(read));
    expect(jobs.map(({ phase, attempt }) => [phase, attempt])).toEqual(
      refs.map(({ jobId }) => ["done", jobId === taken.jobId ? 2 : 1]),
    );
  });

  it("does not put a job back that a worker takes in this very moment", async () => {
    const { app, sweep, submit, pass, read } = await scene();
    const ref = await submit();
    pass(120);
    const dispatch = async (job: Job) => {
      await claimJob(app, job);
    };
    const racing = { ...app, dispatch };
    expect(await sweep(racing)).toEqual({ ...NOTHING, lost: 1 });
    expect(await read(ref)).toMatchObject({ phase: "processing", attempt: 1, version: 2 });
  });

  it("deletes rows that belong to nothing, and leaves those that do", async () => {
    const { app, sweep, submit, pass, read, wakeUps } = await scene();
    const [gone, moved, ended] = [await submit(), await submit(), await submit()];
    const strays = await wakeUps();
    pass(1);
    for (const ref of [moved, ended]) await claimJob(app, await read(ref));
    await app.storage.jobs.delete({ ...(await rowOf(app, gone)).row }, "*");
    const stored = await app.jobs.require(ended);
    const end = { type: "gaveUp", error: { code: "PDF_ENCRYPTED", message: "locked" } } as const;
    await app.jobs.save(evolve(stored.job, end, app.clock.now()), stored);
    const current = await wakeUps();
    for (const { row } of strays)
      if (!current.some((other) => other.row.rowKey === row.rowKey)) await app.storage.jobs.create(row);
    pass(1);
    expect(await sweep()).toEqual(NOTHING);
    pass(120);
    expect(await sweep()).toEqual({ ...NOTHING, stray: 3, redrive: 1 });
    expect(await wakeUps()).toHaveLength(2); // of the job that is back in the queue, and of the record that is to go
  });

  it("passes by rows that it cannot read, and those it cannot see to, and sees to all others", async () => {
    const { app, sweep, submit, pass, wakeUps, lines, read } = await scene();
    const refs = await Promise.all(Array.from({ length: 4 }, submit));
    const [unreadable, other] = refs;
    if (!unreadable || !other) throw new Error("no jobs");
    const { row, etag } = await rowOf(app, unreadable);
    await app.storage.jobs.save({ ...row, phase: "nonsense" }, etag);
    for (const rowKey of [
      "due|",
      "due|never",
      "due|2026-01-01T00:00:00.000Z|default|job_1",
      "due|2026-01-01T00:00:00.000Z|x|y|z",
    ])
      for (const partitionKey of PARTITIONS.slice(0, 2)) await app.storage.jobs.create({ partitionKey, rowKey });
    pass(120);
    const dispatch: App["dispatch"] = async (job) => {
      if (job.jobId === other.jobId) throw new MillraceError("STORAGE_UNAVAILABLE", "the queue is gone");
    };
    const before = await wakeUps();
    const swept = await sweep({ ...app, dispatch });
    // `due|never` sorts behind every time, and an empty time before what is asked for.
    expect(swept).toEqual({ ...NOTHING, resend: 2, skipped: 2 + 2 * 2 });
    expect(await wakeUps()).toHaveLength(before.length);
    expect(lines.filter((line) => line.startsWith("error wake-up skipped"))).toHaveLength(6);
    expect(lines.at(-1)).toMatch(/^info sweep done .*"skipped":6/);
    expect(await read(other)).toMatchObject({ phase: "queued", version: 1 });
    expect(await sweep()).toMatchObject({ resend: 1, skipped: 5 });
  });

  it("passes by a partition that cannot be read", async () => {
    const { app, sweep, submit, pass, lines } = await scene();
    await Promise.all(Array.from({ length: 8 }, submit));
    pass(120);
    const broken = { ...app.due };
    const due: App["due"] = {
      ...broken,
      list: async (page) => {
        if (page.partition === "03") throw new MillraceError("STORAGE_UNAVAILABLE", "no");
        return broken.list(page);
      },
    };
    const counts = await sweep({ ...app, due });
    expect(counts.skipped).toBe(1);
    expect(lines.some((line) => line.startsWith('error partition skipped {"partition":"03"'))).toBe(true);
    expect(counts.resend + (await sweep()).resend).toBe(8);
  });

  it("sees to a thousand due rows, each once, the oldest of each partition first", async () => {
    const { app, sweep, wakeUps, pass } = await scene();
    const jobs = Array.from({ length: 1000 }, (_, index) => {
      const createdAt = new Date(START + index);
      return aJob({
        phase: "queued",
        jobType: "echo",
        jobId: newId("job", createdAt),
        createdAt,
        enqueuedAt: createdAt,
      });
    });
    for (let from = 0; from < jobs.length; from += 50)
      await Promise.all(jobs.slice(from, from + 50).map(async (job) => app.jobs.create(job)));
    pass(200);
    const sent: Job[] = [];
    const supervisor = { ...app, dispatch: deliveringTo(sent) };
    // One sweep, or a second one where the machine is so slow that the first leaves some to it.
    while (sent.length < jobs.length) expect((await sweep(supervisor)).resend).toBeGreaterThan(0);
    expect(new Set(sent.map(({ jobId }) => jobId)).size).toBe(1000);
    const ofOneShard = sent.filter(({ jobId }) => "0g".includes(jobId.slice(-1))).map(({ jobId }) => jobId);
    expect(ofOneShard).toEqual([...ofOneShard].sort());
    expect(await wakeUps()).toHaveLength(1000);
    expect(await sweep()).toEqual(NOTHING);
  });
});

async function rowOf({ storage }: App, ref: JobRef): Promise<StoredRow> {
  const stored = await storage.jobs.get(jobKey(ref));
  if (!stored) throw new Error(`there is no row of ${ref.jobId}`);
  return stored;
}
