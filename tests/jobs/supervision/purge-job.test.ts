import { describe, expect, it } from "@jest/globals";
import type { App } from "../../../src/app.ts";
import { deleteJob } from "../../../src/jobs/delete-job.ts";
import type { JobRef } from "../../../src/jobs/life/job.ts";
import { regenerateJob } from "../../../src/jobs/regenerate.ts";
import { digest } from "../../../src/jobs/store/idempotency.ts";
import { partitionOf } from "../../../src/jobs/store/job-row.ts";
import { NOTHING, superviseJobs } from "../../../src/jobs/supervision/supervise.ts";
import type { Swept } from "../../../src/jobs/supervision/supervise.ts";
import { MillraceError, hasCode } from "../../../src/platform/errors.ts";
import { TRACEPARENT, submitEcho, work } from "../../support/echo-jobs.ts";
import { pickyProfile } from "../../support/profiles.ts";
import { createSimulatedSite } from "../../support/simulated-app.ts";
import type { SimulatedSite } from "../../support/simulated-app.ts";
import { collectLog } from "../../support/sinks.ts";

const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;
const LARGE = "x".repeat(50_000);
const KEY = "one key";

interface Scene extends SimulatedSite {
  readonly ref: JobRef;
  readonly sweep: () => Promise<Swept>;
}

/** A job with all that a job can leave: two failures and their letters, three payloads, a result, a key. */
async function aLongStory(last: "good" | "bad" = "good"): Promise<Scene> {
  const site = await createSimulatedSite([pickyProfile()]);
  const { app } = site;
  const ref = await submit(app, `bad${LARGE}`);
  await work(app, ref);
  for (const text of [`bad again${LARGE}`, `${last}${LARGE}`]) {
    site.now = new Date(site.now.getTime() + 1000);
    await regenerateJob(app, { ref, payload: { text }, traceparent: TRACEPARENT });
    await work(app, ref);
  }
  return Object.assign(site, { ref, sweep: async () => superviseJobs(app, collectLog().sink) });
}

async function submit(app: App, text: string): Promise<JobRef> {
  return submitEcho(app, { text, idempotencyKey: KEY });
}

function kindsOf(rowKeys: readonly string[]): string[] {
  return rowKeys.map((rowKey) => rowKey.split("|")[0] ?? "");
}

async function codeOf({ app, ref }: Scene): Promise<string> {
  return app.jobs.require(ref).then(
    () => "none",
    (thrown: unknown) => (thrown instanceof MillraceError ? thrown.code : String(thrown)),
  );
}

describe("a job whose time has come", () => {
  it("goes with its key, its letters, its blobs and its history, is 410 for 30 days and then 404 (R-042, R-201)", async () => {
    const scene = await aLongStory();
    expect(kindsOf(await scene.rowKeys()).filter((kind) => kind === "dead")).toHaveLength(2);
    expect(await scene.blobNames()).toHaveLength(4); // three payloads, one result
    const { job } = await scene.app.jobs.require(scene.ref);
    if (!("expiresAt" in job)) throw new Error("the job has not ended");
    expect(job.expiresAt.getTime() - job.endedAt.getTime()).toBe(30 * DAY_MS);

    scene.now = new Date(job.expiresAt.getTime() - 1);
    expect(await scene.sweep()).toEqual(NOTHING);
    expect(await codeOf(scene)).toBe("none");

    scene.now = job.expiresAt;
    expect(await scene.sweep()).toEqual({ ...NOTHING, expire: 1 });
    expect(await codeOf(scene)).toBe("GONE");
    expect(kindsOf(await scene.rowKeys())).toEqual(["due", "hist", "job"]);
    expect(await scene.blobNames()).toEqual([]);

    scene.now = new Date(job.expiresAt.getTime() + 30 * DAY_MS - 1);
    expect(await scene.sweep()).toEqual(NOTHING);
    expect(await codeOf(scene)).toBe("GONE");
    scene.now = new Date(job.expiresAt.getTime() + 30 * DAY_MS);
    expect(await scene.sweep()).toEqual({ ...NOTHING, forget: 1 });
    expect(await codeOf(scene)).toBe("JOB_NOT_FOUND");
    expect(await scene.rowKeys()).toEqual([]);
  });

  it("stays longer, and its letter with it, if it has failed (R-218)", async () => {
    const scene = await aLongStory("bad");
    scene.now = new Date(scene.now.getTime() + 180 * DAY_MS - 1);
    expect(await scene.sweep()).toEqual(NOTHING);
    expect(kindsOf(await scene.rowKeys()).filter((kind) => kind === "dead")).toHaveLength(3);
    scene.now = new Date(scene.now.getTime() + 1);
    expect(await scene.sweep()).toEqual({ ...NOTHING, expire: 1 });
    expect(kindsOf(await scene.rowKeys())).toEqual(["due", "hist", "job"]);
  });

  it("leaves its key free for another job at once (T11)", async () => {
    const scene = await aLongStory();
    scene.now = new Date(scene.now.getTime() + 30 * DAY_MS);
    await scene.sweep();
    const next = await submit(scene.app, "good");
    expect(next.jobId).not.toBe(scene.ref.jobId);
    expect((await scene.app.jobs.require(next)).job.phase).toBe("queued");
    expect(await codeOf(scene)).toBe("GONE");
  });

  it("stays if somebody begins it anew in this moment (T11)", async () => {
    const scene = await aLongStory();
    scene.now = new Date(scene.now.getTime() + 30 * DAY_MS);
    const bury: App["tombstones"]["bury"] = async (...args) => {
      await regenerateJob(scene.app, { ref: scene.ref, traceparent: TRACEPARENT });
      return scene.app.tombstones.bury(...args);
    };
    const racing = { ...scene.app, tombstones: { ...scene.app.tombstones, bury } };
    expect(await superviseJobs(racing, collectLog().sink)).toEqual({ ...NOTHING, lost: 1 });
    await work(scene.app, scene.ref);
    expect((await scene.app.jobs.require(scene.ref)).job).toMatchObject({ phase: "done", operations: 4 });
  });

  it("has a history of any length removed, in transactions that storage takes", async () => {
    const { app, ref, ...scene } = await aLongStory();
    const stored = await app.jobs.require(ref);
    let current = stored;
    for (let version = stored.job.version + 1; version <= stored.job.version + 200; version++)
      current = await app.jobs.save({ ...current.job, version, last: { ...current.job.last, version } }, current);
    expect(kindsOf(await scene.rowKeys()).filter((kind) => kind === "hist").length).toBeGreaterThan(200);
    await deleteJob(app, ref);
    expect(kindsOf(await scene.rowKeys())).toEqual(["due", "hist", "job"]);
  });

  it("goes a few at a time, so that jobs which are to end do not wait behind it", async () => {
    const site = await createSimulatedSite([pickyProfile()]);
    const { app } = site;
    for (let count = 0; count < 200; count++)
      await work(app, await submitEcho(app, { idempotencyKey: `key ${count}` }));
    site.now = new Date(site.now.getTime() + 31 * DAY_MS);
    const sweep = async () => superviseJobs({ ...app, dispatch: async () => undefined }, collectLog().sink);
    const crowded = { ...app.due };
    const due: App["due"] = {
      ...crowded,
      // All in one partition, as if chance had willed it so.
      async list({ partition: of, ...page }) {
        if (of !== "00") return [];
        const all = await Promise.all(
          Array.from({ length: 16 }, async (_, shard) =>
            crowded.list({ ...page, behind: undefined, limit: 1000, partition: String(shard).padStart(2, "0") }),
          ),
        );
        const sorted = all.flat().sort((a, b) => (a.row.rowKey < b.row.rowKey ? -1 : 1));
        return sorted.filter(({ row }) => !page.behind || row.rowKey > page.behind.rowKey).slice(0, page.limit);
      },
    };
    const late = await submitEcho(app);
    site.now = new Date(site.now.getTime() + 150_000);
    const dispatched: string[] = [];
    const dispatch: App["dispatch"] = async ({ jobId }) => void dispatched.push(jobId);
    const swept = await superviseJobs({ ...app, due, dispatch }, collectLog().sink);
    expect(swept).toEqual({ ...NOTHING, expire: 25, later: 175, resend: 1 });
    expect(dispatched).toEqual([late.jobId]);
    while ((await sweep()).expire > 0);
    expect(kindsOf(await site.rowKeys()).filter((kind) => kind === "key")).toEqual([]);
  });
});

describe("deleteJob()", () => {
  it("removes all but the tombstone, which goes when nothing of the job can be on its way any more", async () => {
    const scene = await aLongStory();
    expect(await deleteJob(scene.app, scene.ref)).toEqual({});
    expect(await codeOf(scene)).toBe("JOB_NOT_FOUND");
    expect(kindsOf(await scene.rowKeys())).toEqual(["due", "hist", "job"]);
    expect(await scene.blobNames()).toEqual([]);
    scene.now = new Date(scene.now.getTime() + HOUR_MS - 1);
    expect(await scene.sweep()).toEqual(NOTHING);
    scene.now = new Date(scene.now.getTime() + 1);
    expect(await scene.sweep()).toEqual({ ...NOTHING, forget: 1 });
    expect(await scene.rowKeys()).toEqual([]);
  });

  it("does not let a late repetition of the first write bring the job back (P5)", async () => {
    const { app, ref } = await aLongStory();
    const { job } = await app.jobs.require(ref);
    await deleteJob(app, ref);
    const first = { ...job, phase: "queued" as const, version: 1, last: { ...job.last, version: 1 } };
    await expect(app.jobs.create(first)).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    expect(await app.jobs.get(ref)).toBeUndefined();
  });

  it("has deleted the job though the blobs cannot be removed now; the supervisor does it", async () => {
    const scene = await aLongStory();
    const deleteFolder = async (): Promise<never> =>
      Promise.reject(new MillraceError("STORAGE_UNAVAILABLE", "no blobs today"));
    const broken = { ...scene.app, content: { ...scene.app.content, deleteFolder } };
    const { unfinished } = await deleteJob(broken, scene.ref);
    expect(hasCode(unfinished, "STORAGE_UNAVAILABLE")).toBe(true);
    expect(await codeOf(scene)).toBe("JOB_NOT_FOUND");
    expect(await scene.sweep()).toEqual({ ...NOTHING, clean: 1 });
    expect(kindsOf(await scene.rowKeys())).toEqual(["due", "hist", "job"]);
    expect(await scene.blobNames()).toEqual([]);
  });
});

describe("a process that dies while a job goes (K13)", () => {
  const expire = async (_: Scene, app: App) => superviseJobs(app, collectLog().sink);
  const remove = async (scene: Scene, app: App) => deleteJob(app, scene.ref);
  const forget = async (scene: Scene, app: App) => {
    await scene.sweep();
    scene.now = new Date(scene.now.getTime() + 30 * DAY_MS);
    await superviseJobs(app, collectLog().sink);
  };

  /** All of it or, for everybody who asks, nothing of it. */
  async function expectWhole(scene: Scene): Promise<void> {
    const record = await scene.app.jobs.findByKey({ workspaceId: "default", keyDigest: digest(KEY) });
    const stored = await scene.app.jobs.get(scene.ref);
    expect(record !== undefined).toBe(stored !== undefined);
    if (!stored) return;
    expect(await scene.blobNames()).toHaveLength(4);
    expect(kindsOf(await scene.rowKeys()).filter((kind) => kind === "dead")).toHaveLength(2);
  }

  it.each([
    // One transaction, four blobs, two letters, one transaction.
    ["expires", expire, 8],
    ["is deleted", remove, 8],
    ["is forgotten", forget, 3],
  ] as const)(
    "leaves nothing that the next sweeps do not finish, wherever it dies: the job %s",
    async (_, doIt, writes) => {
      for (const at of ["before", "after"] as const)
        for (let nth = 1; ; nth++) {
          const scene = await aLongStory();
          if (doIt !== remove) scene.now = new Date(scene.now.getTime() + 30 * DAY_MS);
          const died = await scene.die({ nth, at }, async (app) => doIt(scene, app));
          await expectWhole(scene);

          await scene.sweep();
          if (doIt !== forget && !(await scene.app.jobs.get(scene.ref))) {
            expect(kindsOf(await scene.rowKeys())).toEqual(["due", "hist", "job"]);
            expect(await scene.blobNames()).toEqual([]);
          }
          for (let days = 0; days < 62; days += 31) {
            scene.now = new Date(scene.now.getTime() + 31 * DAY_MS);
            await scene.sweep();
          }
          expect(await scene.rowKeys()).toEqual([]);
          expect(await scene.blobNames()).toEqual([]);
          if (died) continue;
          expect(nth).toBe(writes + 1);
          break;
        }
    },
    180_000,
  );

  it("goes after all that is to end has been seen to, though its time came first: blobs can be slow", async () => {
    const site = await createSimulatedSite([pickyProfile()]);
    const { app } = site;
    const old = await submitEcho(app);
    await work(app, old);
    site.now = new Date(site.now.getTime() + 31 * DAY_MS);
    const isBeside = ({ jobId }: JobRef) => partitionOf({ jobId }) === partitionOf(old);
    let late = await submitEcho(app);
    while (!isBeside(late)) late = await submitEcho(app);
    site.now = new Date(site.now.getTime() + 150_000);
    const order: string[] = [];
    const dispatch: App["dispatch"] = async (job) => {
      if (isBeside(job)) order.push("message");
    };
    const content: App["content"] = {
      ...app.content,
      async deleteFolder(folder) {
        order.push("blobs");
        await app.content.deleteFolder(folder);
      },
    };
    await superviseJobs({ ...app, dispatch, content }, collectLog().sink);
    expect(order).toEqual(["message", "blobs", "blobs", "blobs"]);
  });
});
