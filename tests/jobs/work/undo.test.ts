import { afterEach, describe, expect, it, jest } from "@jest/globals";
import type { App } from "../../../src/app.ts";
import { cancelJob } from "../../../src/jobs/cancel.ts";
import type { Job, JobRef } from "../../../src/jobs/life/job.ts";
import { isUndoing, undoOfJob } from "../../../src/jobs/life/undo.ts";
import { envelopeOf } from "../../../src/jobs/store/dispatch.ts";
import { listHistory } from "../../../src/jobs/store/list-history.ts";
import { superviseJobs } from "../../../src/jobs/supervision/supervise.ts";
import { receiveMessage } from "../../../src/jobs/work/receive-message.ts";
import type { Received } from "../../../src/jobs/work/receive-message.ts";
import { checkConsistency } from "../../../src/operations/check-consistency.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import { createShutdown } from "../../../src/platform/shutdown.ts";
import type { Profile } from "../../../src/profiles/define-profile.ts";
import { submitEcho } from "../../support/echo-jobs.ts";
import { createSimulatedSite } from "../../support/simulated-app.ts";
import type { SimulatedSite } from "../../support/simulated-app.ts";
import { collectLog } from "../../support/sinks.ts";
import { undoableProfile } from "../../support/undoable.ts";

const failing = async () => {
  throw new MillraceError("PDF_INVALID", "no");
};

/** Job type of three steps; the third fails, and the first two are to be taken back. */
function saga(calls: string[], fields: Parameters<typeof undoableProfile>[0] = {}): Profile {
  const compensate = (name: string) => async () => void calls.push(name);
  return undoableProfile({
    reserve: { compensate: compensate("reserve") },
    note: {},
    pay: { compensate: compensate("pay") },
    ship: { run: failing },
    ...fields,
  });
}

async function work(app: App, ref: JobRef): Promise<Received> {
  const setAside = async (): Promise<never> => {
    throw new Error("set aside");
  };
  return receiveMessage({ ...app, setAside }, envelopeOf(await current(app, ref)));
}

async function current(app: App, ref: JobRef): Promise<Job> {
  return (await app.jobs.require(ref)).job;
}

const until = (job: Job) => undoOfJob(job).find(({ status }) => status === "pending")?.notBefore;

/** Site and a job on it whose operation has failed. */
async function failedJob(profile: Profile): Promise<{ readonly site: SimulatedSite; readonly job: Job }> {
  const site = await createSimulatedSite([profile]);
  const job = await submitEcho(site.app);
  await work(site.app, job);
  return { site, job: await current(site.app, job) };
}

describe("undoSteps()", () => {
  it("takes back what the finished steps have done, the last first, and says so (R-261)", async () => {
    const seen: unknown[] = [];
    const note = async ({ output, outputs, payload }: { output: unknown; outputs: unknown; payload: unknown }) =>
      void seen.push({ output, outputs, payload });
    const profile = saga([], { reserve: { compensate: note }, pay: { compensate: note } });
    const { site, job } = await failedJob(profile);
    expect(job).toMatchObject({ phase: "failed", undo: [{ step: "pay" }, { step: "reserve", status: "pending" }] });
    expect(seen).toEqual([]);

    expect(await work(site.app, job)).toMatchObject({ outcome: "undone", failures: [] });
    const payload = { text: "hi" };
    expect(seen).toEqual([
      { output: "pay is done", outputs: { reserve: "reserve is done", note: "note is done" }, payload },
      { output: "reserve is done", outputs: {}, payload },
    ]);
    const after = await current(site.app, job);
    expect(after).toMatchObject({
      phase: "failed",
      error: { code: "PDF_INVALID" },
      undo: [
        { step: "pay", status: "completed", attempt: 1 },
        { step: "reserve", status: "completed", attempt: 1 },
      ],
    });
    expect(after.steps.filter(({ checkpoint }) => checkpoint)).toEqual([]);
    const { entries } = await listHistory(site.app, { ref: job, limit: 10 });
    expect(entries.slice(0, 3).map(({ event, step, error }) => [event, step, error?.code])).toEqual([
      ["undone", "reserve", undefined],
      ["undone", "pay", undefined],
      ["gaveUp", undefined, "PDF_INVALID"],
    ]);
    expect(await work(site.app, after)).toMatchObject({ outcome: "obsolete" });
  });

  it("rings for it at once, and keeps the job's other records as they are", async () => {
    const { site, job } = await failedJob(saga([]));
    const queue = site.app.storage.queue("job-requests");
    expect((await queue.peek()).messages.map(({ text }) => JSON.parse(text) as unknown)).toContainEqual(
      expect.objectContaining({ operation_id: job.operationId }),
    );
    const [listed] = await site.app.deadLetters.list({}, 10);
    if (!listed || !("stored" in listed)) throw new Error("There is no dead letter");
    const { letter, etag } = listed.stored;
    const edited = await site.app.deadLetters.save({ ...letter, status: "closed" }, etag);
    await work(site.app, job);
    expect(await site.app.deadLetters.get(letter.deadLetterId)).toEqual(edited);
  });

  it("takes back what a cancelled job has done, but not before its worker must have noticed", async () => {
    const calls: string[] = [];
    const site = await createSimulatedSite([
      saga(calls, {
        ship: { run: async ({ jobId }) => cancelJob(site.app, { ref: { ...at, jobId }, actor: "client" }) },
      }),
    ]);
    const at = { workspaceId: "default" };
    const job = await submitEcho(site.app);
    expect(await work(site.app, job)).toMatchObject({ outcome: "cancelled" });
    const cancelled = await current(site.app, job);
    expect(cancelled).toMatchObject({ phase: "cancelled", undo: [{ step: "pay" }, { step: "reserve" }] });
    expect(until(cancelled)).toEqual(new Date(site.now.getTime() + NOTICED_MS));
    expect(await work(site.app, cancelled)).toMatchObject({ outcome: "obsolete" });
    const visible = async () => (await site.app.storage.queue("job-requests").peek()).messages.length;
    const before = await visible();
    site.now = new Date(site.now.getTime() + NOTICED_MS);
    expect(await visible()).toBe(before + 1); // The message that rings for it.
    expect(await work(site.app, cancelled)).toMatchObject({ outcome: "undone", failures: [] });
    expect(calls).toEqual(["pay", "reserve"]);
  });

  it("takes back nothing of a job that was done, nor of steps that did not finish", async () => {
    const calls: string[] = [];
    const compensate = async () => void calls.push("no");
    const site = await createSimulatedSite([
      undoableProfile({ a: { compensate }, b: { run: async ({ payload }) => payload } }),
    ]);
    const job = await submitEcho(site.app);
    await work(site.app, job);
    expect(await current(site.app, job)).toMatchObject({ phase: "done" });
    const { job: failed } = await failedJob(undoableProfile({ a: { run: failing, compensate }, b: {} }));
    expect(failed).toMatchObject({ phase: "failed" });
    expect(failed).not.toHaveProperty("undo");
    expect(calls).toEqual([]);
  });

  it("tries again what may pass, later and later, and goes on behind it when it has tried often enough", async () => {
    const calls: string[] = [];
    const compensate = async () => {
      calls.push("pay");
      throw new MillraceError("DOWNLOAD_FAILED", "not now");
    };
    const { site, job } = await failedJob(saga(calls, { pay: { compensate } }));
    for (const attempt of [1, 2, 3]) {
      expect(await work(site.app, job)).toMatchObject({ outcome: "undone", failures: [{ code: "DOWNLOAD_FAILED" }] });
      const now = await current(site.app, job);
      expect(now).toMatchObject({ undo: [{ attempt, status: "pending", error: { code: "DOWNLOAD_FAILED" } }, {}] });
      expect(await work(site.app, job)).toMatchObject({ outcome: "obsolete" }); // It is put off.
      site.now = until(now) ?? site.now;
    }
    await work(site.app, job);
    expect(await current(site.app, job)).toMatchObject({
      undo: [
        { step: "pay", status: "failed", attempt: 4, error: { code: "DOWNLOAD_FAILED" } },
        { step: "reserve", status: "completed", attempt: 1 },
      ],
    });
    expect(calls).toEqual(["pay", "pay", "pay", "pay", "reserve"]);
  });

  it("gives up at once what cannot pass, in the history as well, and goes on behind it", async () => {
    const { site, job } = await failedJob(saga([], { pay: { compensate: failing } }));
    await work(site.app, job);
    expect(undoOfJob(await current(site.app, job))).toMatchObject([
      { status: "failed", attempt: 1, error: { code: "PDF_INVALID", message: "no" } },
      { status: "completed" },
    ]);
    const { entries } = await listHistory(site.app, { ref: job, limit: 2 });
    expect(entries[1]).toMatchObject({ event: "undone", step: "pay", error: { code: "PDF_INVALID" } });
  });

  it("knows when the profile cannot take it back any more", async () => {
    const { site, job } = await failedJob(saga([]));
    const changed = saga([], { pay: {} });
    const profiles = { ...site.app.profiles, require: () => changed };
    await work({ ...site.app, profiles }, job);
    expect(undoOfJob(await current(site.app, job))).toMatchObject([
      { step: "pay", status: "failed", error: { code: "COMPENSATION_IMPOSSIBLE" } },
      { step: "reserve", status: "completed" },
    ]);
  });

  it("leaves a try that its process has no time for, and does not count it", async () => {
    let hang = true;
    const shutdown = createShutdown({ graceMs: 0 });
    const compensate = async () => {
      if (!hang) return;
      void shutdown.begin();
      await new Promise(() => undefined);
    };
    const { site, job } = await failedJob(saga([], { pay: { compensate } }));
    expect(await work({ ...site.app, shutdown }, job)).toMatchObject({ outcome: "undone", failures: [] });
    expect(undoOfJob(await current(site.app, job))[0]).toMatchObject({ status: "pending", attempt: 0 });
    hang = false;
    await work(site.app, job);
    expect(isUndoing(await current(site.app, job))).toBe(false);
  });

  it("lets one of two workers at it", async () => {
    const calls: string[] = [];
    const { site, job } = await failedJob(saga(calls));
    const outcomes = await Promise.all([work(site.app, job), work(site.app, job)]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(["obsolete", "undone"]);
    expect(calls).toEqual(["pay", "reserve"]);
  });
});

describe("the supervisor", () => {
  it("rings again for what nobody takes back, each time after twice the time", async () => {
    const { site, job } = await failedJob(saga([]));
    const sweep = async () => superviseJobs(site.app, collectLog().sink);
    for (const seconds of [120, 240, 480]) {
      site.now = new Date(site.now.getTime() + (seconds - 1) * 1000);
      expect((await sweep()).resend).toBe(0);
      site.now = new Date(site.now.getTime() + 1000);
      expect((await sweep()).resend).toBe(1);
    }
    await work(site.app, job);
    expect(isUndoing(await current(site.app, job))).toBe(false);
  });

  it("gives up after a day what no worker knows how to take back", async () => {
    const { site, job } = await failedJob(saga([]));
    const profiles = { ...site.app.profiles, knows: () => false };
    const app = { ...site.app, profiles };
    site.now = new Date(site.now.getTime() + 25 * 3_600_000);
    expect(await work(app, job)).toMatchObject({ outcome: "unknownType" });
    await superviseJobs(app, collectLog().sink);
    expect(undoOfJob(await current(site.app, job))).toMatchObject([
      { status: "failed", error: { code: "UNKNOWN_JOB_TYPE" } },
      { status: "failed" },
    ]);
  });
});

/** The dead leave their heartbeats behind, which would keep this process alive. */
const intervals = jest.spyOn(globalThis, "setInterval");
afterEach(() => {
  for (const { value } of intervals.mock.results) clearInterval(value as NodeJS.Timeout);
  intervals.mockClear();
});

/** A third of a lease. */
const NOTICED_MS = 20_000;

const WAYS = {
  async failed(app: App, job: JobRef) {
    await work(app, job);
  },
  async cancelled(app: App, job: JobRef) {
    await cancelJob(app, { ref: job, actor: "client" });
  },
};

describe("a process that dies anywhere between the end of a job and of taking it back", () => {
  it.each(["failed", "cancelled"] as const)("leaves it to the supervisor, when the job was %s", async (way) => {
    let deaths = 0;
    for (const at of ["before", "after"] as const)
      for (let nth = 1; ; nth++) {
        const calls: string[] = [];
        let hanging: Promise<unknown> | undefined;
        const large = { run: async () => "x".repeat(20_000) }; // Its checkpoint is a blob.
        const hang = async ({ abortSignal }: { abortSignal: AbortSignal }) =>
          new Promise((_, reject) => {
            abortSignal.addEventListener("abort", () => {
              reject(new Error("enough"));
            });
          });
        const profile = saga(calls, { note: large, ...(way === "cancelled" && { ship: { run: hang } }) });
        const site = await createSimulatedSite([profile]);
        const job = await submitEcho(site.app);
        if (way === "cancelled") {
          hanging = work(site.app, job);
          while ((await current(site.app, job)).steps[2]?.status !== "completed");
        }
        const died = await site.die({ nth, at }, async (app) => {
          await WAYS[way](app, job);
          site.now = new Date(site.now.getTime() + NOTICED_MS);
          await work(app, job);
        });
        if (died) deaths++;
        await finish(site, job, way);
        site.app.atWork.tell(job.jobId);
        await hanging;
        const ended = await current(site.app, job);
        expect(undoOfJob(ended)).toMatchObject([
          { step: "pay", status: "completed" },
          { step: "reserve", status: "completed" },
        ]);
        expect(calls.indexOf("pay")).toBeLessThan(calls.indexOf("reserve"));
        expect(calls.length).toBeLessThanOrEqual(3); // Each once, and one that the process may have died of.
        site.now = new Date(site.now.getTime() + 7_200_000);
        await checkConsistency(site.app, { sink: collectLog().sink, withinMs: 60_000 });
        expect(await site.blobNames()).toEqual([]);
        if (!died) break;
      }
    expect(deaths).toBeGreaterThan(10);
  });
});

/** The world goes on: what was asked for and not done is asked for again, the supervisor sweeps, messages are received. */
async function finish(site: SimulatedSite, job: JobRef, way: keyof typeof WAYS): Promise<void> {
  if (way === "cancelled") await cancelJob(site.app, { ref: job, actor: "client" });
  for (let rounds = 0; rounds < 20; rounds++) {
    const now = await current(site.app, job);
    if ((now.phase === "failed" || now.phase === "cancelled") && !isUndoing(now)) return;
    site.now = new Date(site.now.getTime() + 600_000);
    await superviseJobs(site.app, collectLog().sink);
    await work(site.app, now);
  }
  throw new Error("Nobody took it back");
}
