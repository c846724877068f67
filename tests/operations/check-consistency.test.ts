import { describe, expect, it } from "@jest/globals";
import { deleteJob } from "../../src/jobs/delete-job.ts";
import type { Job, JobRef } from "../../src/jobs/life/job.ts";
import { checkpointFolder } from "../../src/jobs/store/checkpoints.ts";
import { payloadFolder } from "../../src/jobs/store/content.ts";
import { deadLetterKey } from "../../src/jobs/store/dead-letter-row.ts";
import { letterWakeUpRow, wakeUpKey, wakeUpRow } from "../../src/jobs/store/due-store.ts";
import { JOB_KEYS, digest } from "../../src/jobs/store/idempotency.ts";
import { jobKey } from "../../src/jobs/store/job-row.ts";
import { messageBlob } from "../../src/jobs/store/message-letter.ts";
import { superviseJobs } from "../../src/jobs/supervision/supervise.ts";
import { claimJob } from "../../src/jobs/work/claim.ts";
import { artifactFolder } from "../../src/jobs/work/complete.ts";
import { keepMessage } from "../../src/jobs/work/keep-message.ts";
import { checkConsistency } from "../../src/operations/check-consistency.ts";
import type { Report } from "../../src/operations/check-consistency.ts";
import { MillraceError } from "../../src/platform/errors.ts";
import { deadLetterIdOf, newId, newOperationId } from "../../src/platform/ids.ts";
import type { RowKey } from "../../src/platform/tables.ts";
import { submitEcho, work } from "../support/echo-jobs.ts";
import { pickyProfile } from "../support/profiles.ts";
import { createSimulatedSite } from "../support/simulated-app.ts";
import type { SimulatedSite } from "../support/simulated-app.ts";
import { collectLog } from "../support/sinks.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LARGE = "x".repeat(50_000);
const NOBODY: JobRef = { workspaceId: "default", jobId: newId("job", new Date(0)) };

interface Scene extends SimulatedSite {
  readonly open: Job;
  readonly done: Job;
  readonly failed: Job;
  readonly check: (withinMs?: number) => Promise<Report>;
  readonly lines: string[];
}

async function aHouse(): Promise<Scene> {
  const site = await createSimulatedSite([pickyProfile()]);
  const { app } = site;
  const refs = [
    await submitEcho(app, { text: LARGE, idempotencyKey: "open" }),
    await submitEcho(app, { text: LARGE, idempotencyKey: "done" }),
    await submitEcho(app, { text: `bad${LARGE}` }),
    await submitEcho(app),
  ] as const;
  for (const ref of refs.slice(1)) await work(app, ref);
  await deleteJob(app, refs[3]);
  const { sink, lines } = collectLog();
  const check = async (withinMs = 60_000) => checkConsistency(app, { sink, withinMs });
  const read = async (ref: JobRef) => (await app.jobs.require(ref)).job;
  const [open, done, failed] = [await read(refs[0]), await read(refs[1]), await read(refs[2])];
  return Object.assign(site, { open, done, failed, check, lines });
}

async function stored({ app }: Scene, key: RowKey): Promise<boolean> {
  return (await app.storage.jobs.get(key)) !== undefined;
}

async function remove({ app }: Scene, key: RowKey): Promise<void> {
  await app.storage.jobs.delete(key, "*");
}

const IDS = (...ids: string[]) => ({ count: ids.length, ids });

describe("checkConsistency()", () => {
  it("finds nothing in a house that is in order, whatever its jobs are doing, and changes nothing", async () => {
    const scene = await aHouse();
    scene.now = new Date(scene.now.getTime() + HOUR_MS / 2);
    await claimJob(scene.app, scene.open);
    scene.now = new Date(scene.now.getTime() + HOUR_MS);
    const [rows, blobs] = [await scene.rowKeys(), await scene.blobNames()];
    expect(await scene.check()).toMatchObject({ findings: {}, skipped: 0, wasCutShort: false });
    expect([await scene.rowKeys(), await scene.blobNames()]).toEqual([rows, blobs]);
    expect(scene.lines).toEqual([expect.stringMatching(/^info check done .*"balanced":true/)]);
  });

  it("puts the wake-up row back of a job, and of a tombstone, that has none: both end as they were to (R-202)", async () => {
    const scene = await aHouse();
    const { app, open } = scene;
    await deleteJob(app, scene.done);
    for (const ref of [open, scene.done]) {
      const { dueAt = new Date(0) } = (await app.jobs.find(ref)) ?? {};
      await remove(scene, wakeUpKey({ ...ref, at: dueAt }));
    }
    scene.now = new Date(scene.now.getTime() + 2 * HOUR_MS);
    const dispatched: string[] = [];
    const sweep = async () =>
      superviseJobs({ ...app, dispatch: async ({ jobId }) => void dispatched.push(jobId) }, collectLog().sink);
    expect(await sweep()).toMatchObject({ resend: 0, forget: 1 }); // the one that was deleted before
    const { findings } = await scene.check();
    expect(findings.wakeUpMissing).toMatchObject({ count: 2 });
    expect(findings.wakeUpMissing?.ids).toEqual(expect.arrayContaining([open.jobId, scene.done.jobId]));
    expect(await sweep()).toMatchObject({ resend: 1, forget: 1 });
    expect(dispatched).toEqual([open.jobId]);
    expect((await scene.check()).findings).toEqual({});
  });

  it("leaves the worker of a job alone whose wake-up row it puts back", async () => {
    const scene = await aHouse();
    const claim = await claimJob(scene.app, scene.open);
    if (claim.outcome !== "claimed") throw new Error("not claimed");
    await remove(scene, wakeUpKey({ ...scene.open, at: claim.stored.dueAt ?? scene.now }));
    expect((await scene.check()).findings).toEqual({ wakeUpMissing: IDS(scene.open.jobId) });
    expect((await scene.app.jobs.get(scene.open))?.etag).toBe(claim.stored.etag);
  });

  it("gives a job a time to wake up at whose row says none", async () => {
    const scene = await aHouse();
    const { jobs: table } = scene.app.storage;
    const row = await table.get(jobKey(scene.open));
    if (!row) throw new Error("no row");
    const { dueAt, ...rest } = row.row;
    await remove(scene, wakeUpKey({ ...scene.open, at: dueAt as Date }));
    await table.save(rest, row.etag);
    expect((await scene.check()).findings).toEqual({ wakeUpMissing: IDS(scene.open.jobId) });
    expect((await scene.app.jobs.get(scene.open))?.dueAt).toEqual(dueAt);
    expect((await scene.check()).findings).toEqual({});
  });

  it("drops wake-up rows, keys and letters that belong to nothing", async () => {
    const scene = await aHouse();
    const { jobs: table } = scene.app.storage;
    const elsewhen = wakeUpRow({ ...scene.open, at: new Date(scene.now.getTime() + DAY_MS) });
    const ofNobody = wakeUpRow({ ...NOBODY, at: new Date(scene.now.getTime() + DAY_MS) });
    const key = { ...NOBODY, keyDigest: digest("lost") };
    const letterId = deadLetterIdOf(newOperationId(NOBODY.jobId), scene.now);
    await table.create(elsewhen);
    await table.create(ofNobody);
    await table.create({ ...JOB_KEYS.rowKey(key), jobId: NOBODY.jobId, fingerprint: "f" });
    await table.create({ ...deadLetterKey(letterId), deadLetterId: letterId, ...NOBODY });
    const ofMessage = deadLetterIdOf(newOperationId(newId("job", scene.now)), scene.now); // No job's: it stays.
    await table.create({ ...deadLetterKey(ofMessage), deadLetterId: ofMessage, origin: "message" });
    const { findings } = await scene.check();
    expect(findings).toEqual({
      wakeUpOfNothing: { count: 2, ids: expect.arrayContaining([scene.open.jobId, NOBODY.jobId]) as unknown },
      keyOfNothing: IDS(NOBODY.jobId),
      letterOfNothing: IDS(letterId),
    });
    for (const gone of [elsewhen, ofNobody, JOB_KEYS.rowKey(key), deadLetterKey(letterId)])
      expect(await stored(scene, gone)).toBe(false);
    expect(await stored(scene, deadLetterKey(ofMessage))).toBe(true);
    expect((await scene.check()).findings).toEqual({});
    expect(await scene.app.jobs.findByKey({ workspaceId: "default", keyDigest: digest("open") })).toBeDefined();
  });

  it("leaves letters of messages alone, which have no job, and gives one a wake-up row that has none", async () => {
    const scene = await aHouse();
    const error = { code: "ENVELOPE_INVALID", message: "no" } as const;
    await keepMessage(scene.app, { capability: "documents", text: "?", error });
    expect((await scene.check()).findings).toEqual({});
    const [listed] = await scene.app.deadLetters.list({ origin: "message" }, 1);
    if (!listed || !("stored" in listed) || listed.stored.letter.origin !== "message") throw new Error("no letter");
    await remove(scene, letterWakeUpRow(listed.stored.letter));
    expect((await scene.check()).findings).toEqual({ wakeUpMissing: IDS(listed.deadLetterId) });
    expect((await scene.check()).findings).toEqual({});
  });

  it("drops a row only as it was read: a key that a new job takes in this moment stays its own", async () => {
    const scene = await aHouse();
    const { app } = scene;
    const key = { ...NOBODY, keyDigest: digest("taken") };
    await app.storage.jobs.create({ ...JOB_KEYS.rowKey(key), jobId: NOBODY.jobId, fingerprint: "f" });
    const get: typeof app.jobs.get = async (ref) => {
      const found = await app.jobs.get(ref);
      const row = await app.storage.jobs.get(JOB_KEYS.rowKey(key));
      if (ref.jobId === NOBODY.jobId && row) await app.storage.jobs.save({ ...row.row, jobId: "another" }, row.etag);
      return found;
    };
    const deps = { ...app, jobs: { ...app.jobs, get } };
    const { findings } = await checkConsistency(deps, { sink: collectLog().sink, withinMs: 60_000 });
    expect(findings).toEqual({});
    expect(await app.storage.jobs.get(JOB_KEYS.rowKey(key))).toMatchObject({ row: { jobId: "another" } });
  });

  it("deletes blobs that nobody can name once they are an hour old, and checkpoints of operations that have ended", async () => {
    const scene = await aHouse();
    const { app, open, done, failed } = scene;
    const error = { code: "ENVELOPE_INVALID", message: "no" } as const;
    await keepMessage(app, { capability: "documents", text: "x".repeat(40_000), error });
    const kept = await scene.blobNames();
    const claim = await claimJob(app, open);
    if (claim.outcome !== "claimed") throw new Error("not claimed");
    const older = newOperationId(open.jobId);
    const current = `${checkpointFolder(open)}/${open.operationId}/claim/one.json`;
    const stale = [
      `${checkpointFolder(open)}/${older}/claim/one.json`,
      `${checkpointFolder(done)}/${done.operationId}/claim/one.json`,
    ];
    const orphans = [
      `${payloadFolder(NOBODY)}/a.json`,
      `${artifactFolder(NOBODY)}/op/claim/b.txt`,
      `${checkpointFolder(NOBODY)}/${newOperationId(NOBODY.jobId)}/claim/one.json`,
      `files/default/${newId("file", scene.now)}`,
      messageBlob(deadLetterIdOf(newOperationId(NOBODY.jobId), scene.now)),
    ];
    const beside = `${artifactFolder(failed)}/op/claim/half.txt`; // of an attempt that failed: it goes with its job
    for (const name of [current, beside, ...stale, ...orphans])
      await app.content.put(name, Buffer.from("{}"), "application/json");
    scene.now = new Date(scene.now.getTime() + HOUR_MS - 1);
    expect((await scene.check()).findings).toEqual({});

    scene.now = new Date(scene.now.getTime() + 1);
    const { findings } = await scene.check();
    expect(findings).toEqual({
      blobOfNothing: { count: 5, ids: expect.arrayContaining(orphans) as unknown },
      checkpointOfEnded: { count: 2, ids: expect.arrayContaining(stale) as unknown },
    });
    expect(await scene.blobNames()).toEqual([...kept, current, beside].sort());
  });

  it("reports what it cannot mend: a payload that is missing, a job that is lost, rows that nobody can read", async () => {
    const scene = await aHouse();
    const { app, open, failed, done } = scene;
    if (!("blob" in open.payload && "blob" in done.payload)) throw new Error("no blob");
    await app.content.delete(open.payload.blob);
    await app.content.delete(done.payload.blob); // It has ended: nobody needs it, unless it is begun anew.
    const { jobs: table } = app.storage;
    const nonsense = { partitionKey: "00", rowKey: "due|never" };
    await table.create(nonsense);
    const lost = { ...failed };
    await remove(scene, jobKey(lost));
    const { findings, books } = await scene.check();
    expect(findings).toMatchObject({
      payloadMissing: IDS(open.jobId),
      unaccounted: IDS(lost.jobId),
      unreadable: IDS("due|never"),
      // What it has left is dropped all the same: no replay, and no wake-up, can do anything with it.
      letterOfNothing: { count: 1 },
      wakeUpOfNothing: IDS(lost.jobId),
    });
    expect(books).toMatchObject({ unaccounted: [{ jobId: lost.jobId }] });
    expect(scene.lines).toContain(
      `error inconsistency found ${JSON.stringify({ kind: "payloadMissing", id: open.jobId, error: { thrown: "undefined" } })}`,
    );
    expect((await scene.check()).findings).toMatchObject({
      payloadMissing: IDS(open.jobId),
      unaccounted: IDS(lost.jobId),
      unreadable: IDS("due|never"),
    });
    expect(await stored(scene, nonsense)).toBe(true);
  });

  it("does not touch what belongs to a row that cannot be read", async () => {
    const scene = await aHouse();
    const { jobs: table } = scene.app.storage;
    const row = await table.get(jobKey(scene.open));
    if (row) await table.save({ ...row.row, steps: "nonsense" }, row.etag);
    scene.now = new Date(scene.now.getTime() + 2 * HOUR_MS);
    const [rows, blobs] = [await scene.rowKeys(), await scene.blobNames()];
    const { findings } = await scene.check();
    expect(Object.keys(findings)).toEqual(["unreadable"]);
    expect(await scene.rowKeys()).toEqual(rows);
    expect(await scene.blobNames()).toEqual(blobs);
  });

  it("skips a part that cannot be read, and checks all others", async () => {
    const scene = await aHouse();
    const { app } = scene;
    await app.content.put(`${payloadFolder(NOBODY)}/a.json`, Buffer.from("{}"), "application/json");
    scene.now = new Date(scene.now.getTime() + 2 * HOUR_MS);
    const list: typeof app.content.list = (folder) => {
      if (folder === "artifacts") throw new MillraceError("STORAGE_UNAVAILABLE", "no");
      return app.content.list(folder);
    };
    const { sink, lines } = collectLog();
    const report = await checkConsistency({ ...app, content: { ...app.content, list } }, { sink, withinMs: 60_000 });
    expect(report).toMatchObject({ skipped: 1, findings: { blobOfNothing: { count: 1 } } });
    expect(lines.some((line) => line.startsWith('error check skipped {"part":"artifacts"'))).toBe(true);
  });

  it("says that it was cut short, and takes nothing for lost for lack of time", async () => {
    const scene = await aHouse();
    expect(await scene.check(-1)).toMatchObject({ wasCutShort: true, findings: {} });
  });

  it("begins somewhere else each time, so that what one run has no time for another has", async () => {
    const scene = await aHouse();
    const { app } = scene;
    const firsts = new Set<string>();
    for (let part = 0; part < 20; part++) {
      let first: string | undefined;
      const table = app.storage.jobs;
      const lookedAt = (what: string) => (first ??= what);
      const list: typeof table.list = async (query) => {
        if (
          !query.filter.includes("version") &&
          !query.select?.includes("forgetAt") &&
          !query.filter.includes("status") &&
          !query.filter.includes("batch|")
        )
          lookedAt(/PartitionKey eq '(\d+)'/.exec(query.filter)?.[1] ?? "");
        return table.list(query);
      };
      const deps = {
        ...app,
        chance: () => part / 20,
        storage: { ...app.storage, jobs: { ...table, list } },
        content: { ...app.content, list: (folder: string) => (lookedAt(folder), app.content.list(folder)) },
      };
      await checkConsistency(deps, { sink: collectLog().sink, withinMs: 60_000 });
      firsts.add(first ?? "");
    }
    expect(firsts.size).toBe(20);
  });
});
