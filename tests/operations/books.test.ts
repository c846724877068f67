import { describe, expect, it } from "@jest/globals";
import { cancelJob } from "../../src/jobs/cancel.ts";
import { deleteJob } from "../../src/jobs/delete-job.ts";
import type { JobRef } from "../../src/jobs/life/job.ts";
import { historyKey } from "../../src/jobs/store/history.ts";
import { jobKey } from "../../src/jobs/store/job-row.ts";
import { superviseJobs } from "../../src/jobs/supervision/supervise.ts";
import { claimJob } from "../../src/jobs/work/claim.ts";
import { isBalanced, readBooks } from "../../src/operations/books.ts";
import type { Books } from "../../src/operations/books.ts";
import { createOverview } from "../../src/operations/overview.ts";
import { startPass } from "../../src/operations/pass.ts";
import { MillraceError } from "../../src/platform/errors.ts";
import { newId, withLastDigit } from "../../src/platform/ids.ts";
import type { Table } from "../../src/platform/tables.ts";
import { aJob } from "../support/a-job.ts";
import { submitEcho, work } from "../support/echo-jobs.ts";
import { pickyProfile } from "../support/profiles.ts";
import { createSimulatedSite } from "../support/simulated-app.ts";
import type { SimulatedSite } from "../support/simulated-app.ts";
import { collectLog } from "../support/sinks.ts";

const DAY_MS = 24 * 3_600_000;

async function read({ app }: SimulatedSite, jobs: Table = app.storage.jobs): Promise<Books> {
  return readBooks({ storage: { jobs }, clock: app.clock }, startPass(60_000));
}

/** One job for each status, and two that are gone; thirty more so that every partition has some. */
async function oneOfEach(): Promise<SimulatedSite & { readonly refs: readonly JobRef[] }> {
  const site = await createSimulatedSite([pickyProfile()]);
  const { app } = site;
  await work(app, await submitEcho(app));
  site.now = new Date(site.now.getTime() + 30 * DAY_MS);
  await superviseJobs(app, collectLog().sink);

  const [running, done, failed, cancelled, deleted] = [
    await submitEcho(app),
    await submitEcho(app),
    await submitEcho(app, { text: "bad" }),
    await submitEcho(app),
    await submitEcho(app),
  ];
  await claimJob(app, (await app.jobs.require(running)).job);
  for (const ref of [done, failed, deleted]) await work(app, ref);
  await cancelJob(app, { ref: cancelled, actor: "client" });
  await deleteJob(app, deleted);
  const refs = await Promise.all(Array.from({ length: 30 }, async () => submitEcho(app)));
  return Object.assign(site, { refs });
}

describe("readBooks()", () => {
  it("finds accepted less gone to be the sum by status (P30)", async () => {
    const site = await oneOfEach();
    const books = await read(site);
    expect(books).toEqual({
      asOf: site.now,
      accepted: 36,
      gone: 2,
      jobs: { accepted: 30, running: 1, completed: 1, failed: 1, cancelled: 1 },
      batches: { accepted: 0, running: 0, completed: 0, failed: 0, cancelled: 0 },
      openDeadLetters: 1,
      unaccounted: [],
      unrecorded: [],
      wasCutShort: false,
    });
    expect(isBalanced(books)).toBe(true);
  });

  it("names a job that somebody has removed by hand, and one that nobody accepted", async () => {
    const site = await oneOfEach();
    const [lost, unrecorded, unreadable] = site.refs as [JobRef, JobRef, JobRef];
    const { jobs: table } = site.app.storage;
    await table.delete(jobKey(lost), "*");
    await table.delete(historyKey(unrecorded, 1), "*");
    const row = await table.get(jobKey(unreadable));
    if (row) await table.save({ ...row.row, phase: "nonsense" }, row.etag);
    const books = await read(site);
    expect(isBalanced(books)).toBe(false);
    const byId = (a: JobRef, b: JobRef) => (a.jobId < b.jobId ? -1 : 1);
    expect([...books.unaccounted].sort(byId)).toEqual([lost, unreadable].sort(byId));
    expect(books.unrecorded).toEqual([unrecorded]);
  });

  it("balances though jobs come and go while it reads", async () => {
    const site = await oneOfEach();
    const { app } = site;
    const { jobs: table } = app.storage;
    let reads = 0;
    /** After each of the first pages something happens to the very jobs that are being read. */
    const restless: Table = {
      ...table,
      async list(query) {
        const page = await table.list(query);
        if (++reads <= 40) {
          const [ref] = site.refs.slice(reads % 30);
          await submitEcho(app);
          const stored = ref && (await app.jobs.get(ref));
          if (ref && stored) {
            if (stored.job.phase === "queued") await work(app, ref);
            await deleteJob(app, ref);
          }
        }
        return page;
      },
    };
    const books = await read(site, restless);
    expect(reads).toBeGreaterThan(40);
    expect(books).toMatchObject({ unaccounted: [], unrecorded: [] });
    expect(isBalanced(books)).toBe(true);
    expect(books.accepted).toBeGreaterThanOrEqual(36);
  });

  it("does not miss the line of a job that is just being forgotten", async () => {
    const site = await oneOfEach();
    site.now = new Date(site.now.getTime() + 3_600_000);
    // Of the deleted job only the first write of forgetting is carried out.
    await site.die({ nth: 1, at: "after" }, async (app) =>
      superviseJobs({ ...app, dispatch: async () => undefined }, collectLog().sink),
    );
    const books = await read(site);
    expect(books).toMatchObject({ unaccounted: [], unrecorded: [] });
    expect(isBalanced(books)).toBe(true);
  });

  it("says so when there was no time for all of it, and takes no job for lost", async () => {
    const site = await oneOfEach();
    const books = await readBooks(site.app, startPass(-1));
    expect(books).toMatchObject({ accepted: 0, unaccounted: [], unrecorded: [], wasCutShort: true });
  });

  it("reads pages, not everything at once, however many rows there are", async () => {
    const site = await createSimulatedSite([pickyProfile()]);
    for (let count = 0; count < 450; count++)
      await site.app.jobs.create(aJob({ phase: "queued", jobId: withLastDigit(newId("job", site.now), 0) }));
    const { jobs: table } = site.app.storage;
    let largest = 0;
    const watched: Table = {
      ...table,
      async list(query) {
        const page = await table.list(query);
        largest = Math.max(largest, page.length);
        return page;
      },
    };
    expect((await read(site, watched)).jobs.accepted).toBe(450);
    expect(largest).toBe(200);
  });
});

describe("createOverview()", () => {
  it("reads once for all who ask within 15 seconds, and again for who asks later", async () => {
    const site = await oneOfEach();
    const overview = createOverview(site.app);
    const before = site.requests();
    const [first, second] = await Promise.all([overview.read(), overview.read()]);
    const once = site.requests() - before;
    expect(second).toBe(first);
    await submitEcho(site.app);
    const submitted = site.requests();
    site.now = new Date(site.now.getTime() + 14_999);
    expect(await overview.read()).toBe(first);
    expect(site.requests()).toBe(submitted);
    site.now = new Date(site.now.getTime() + 1);
    expect((await overview.read()).accepted).toBe(first.accepted + 1);
    expect(site.requests() - submitted).toBeGreaterThanOrEqual(once);
  });

  it("does not keep a failure", async () => {
    const site = await oneOfEach();
    let isDown = true;
    const { jobs: table } = site.app.storage;
    const list: Table["list"] = async (query) => {
      if (isDown) throw new MillraceError("STORAGE_UNAVAILABLE", "no");
      return table.list(query);
    };
    const overview = createOverview({ clock: site.app.clock, storage: { jobs: { ...table, list } } });
    await expect(overview.read()).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    isDown = false;
    expect((await overview.read()).accepted).toBe(36);
  });
});
