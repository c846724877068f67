import { describe, expect, it } from "@jest/globals";
import { z } from "zod";
import type { App } from "../../../src/app.ts";
import { cancelJob } from "../../../src/jobs/cancel.ts";
import { evolve } from "../../../src/jobs/life/evolve.ts";
import type { Job, JobRef } from "../../../src/jobs/life/job.ts";
import { undoOfJob } from "../../../src/jobs/life/undo.ts";
import { envelopeOf } from "../../../src/jobs/store/dispatch.ts";
import { receiveMessage } from "../../../src/jobs/work/receive-message.ts";
import type { Received } from "../../../src/jobs/work/receive-message.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import { defineProfile } from "../../../src/profiles/define-profile.ts";
import type { Profile } from "../../../src/profiles/define-profile.ts";
import { createProfileRegistry } from "../../../src/profiles/registry.ts";
import { submitEcho } from "../../support/echo-jobs.ts";
import { createSimulatedSite } from "../../support/simulated-app.ts";
import type { SimulatedSite } from "../../support/simulated-app.ts";

interface Version {
  readonly version: number;
  readonly orchestrated: boolean;
  readonly sinceVersion?: number;
  readonly look?: () => Promise<number>;
  readonly pay?: () => Promise<{ text: string }>;
}

/** Looks, reserves and pays; that it reserves can be taken back. */
function profileOf(did: string[], { version, orchestrated, sinceVersion, look, pay }: Version): Profile {
  const options = sinceVersion === undefined ? {} : { sinceVersion };
  return defineProfile({
    ...{ id: "echo", title: "Pay", description: "Pays", durationClass: "hours", capability: "documents" },
    ...{ version, orchestrated, modes: ["async"], payload: z.strictObject({ text: z.string() }) },
    examples: [{ name: "hello", payload: { text: "hello" } }],
    result: z.object({ text: z.string() }),
    steps: (start) =>
      start
        .step("look", { timeoutMs: 1000 }, look ?? (async () => version))
        .step("reserve", { timeoutMs: 1000 }, async () => ({ by: version }))
        .compensate(async ({ output, outputs }) => {
          did.push(`v${version} takes back v${output.by}, behind a look of v${outputs.look}`);
        }, options)
        .step("pay", { timeoutMs: 1000 }, pay ?? (async () => ({ text: "paid" }))),
  });
}

interface Scene {
  readonly site: SimulatedSite;
  readonly did: string[];
  /** The app as it is deployed with this version of the profile. */
  readonly at: (version: Version) => App;
  readonly job: JobRef;
  readonly current: () => Promise<Job>;
}

async function scene(first: Version): Promise<Scene> {
  const did: string[] = [];
  const site = await createSimulatedSite([profileOf(did, first)]);
  const job = await submitEcho(site.app);
  const at = (version: Version): App => ({
    ...site.app,
    profiles: createProfileRegistry([profileOf(did, version)], ["documents"]),
  });
  return { site, did, at, job, current: async () => (await site.app.jobs.require(job)).job };
}

async function work(app: App, ref: JobRef): Promise<Received> {
  const setAside = async (): Promise<never> => Promise.reject(new Error("set aside"));
  const startOrchestration = async () => undefined;
  return receiveMessage({ ...app, setAside, startOrchestration }, envelopeOf((await app.jobs.require(ref)).job));
}

const fail = (code: "DOWNLOAD_FAILED" | "PDF_INVALID") => async () => Promise.reject(new MillraceError(code, "no"));

/** A job that has reserved by version 1, is put back, and fails by version 2 before that has reserved. */
async function failedByLater(later: Partial<Version>): Promise<Scene> {
  const all = await scene({ version: 1, orchestrated: false, pay: fail("DOWNLOAD_FAILED") });
  await work(all.site.app, all.job);
  all.site.now = new Date(all.site.now.getTime() + 60_000);
  await work(all.at({ version: 2, orchestrated: false, look: fail("PDF_INVALID"), ...later }), all.job);
  return all;
}

describe("what an operation has done by another version of its profile", () => {
  it("is taken back when a later version has begun anew since, and can take it", async () => {
    const { at, did, job, current } = await failedByLater({});
    expect(await current()).toMatchObject({
      ...{ phase: "failed", profileVersion: 2, undo: [{ step: "reserve", former: 0, status: "pending" }] },
    });
    await work(at({ version: 2, orchestrated: false, sinceVersion: 1 }), job);
    expect(did).toEqual(["v2 takes back v1, behind a look of v1"]);
    const after = await current();
    expect(undoOfJob(after)).toMatchObject([{ step: "reserve", status: "completed" }]);
    expect(JSON.stringify(after)).not.toContain("checkpoint");
  });

  it("is known not to be taken back where the handler does not say that it can", async () => {
    const { at, did, job, current } = await failedByLater({});
    await work(at({ version: 2, orchestrated: false }), job);
    const message = "Version 2 of the profile cannot take back what version 1 has done";
    expect(undoOfJob(await current())).toMatchObject([
      { step: "reserve", status: "failed", error: { code: "COMPENSATION_IMPOSSIBLE", message } },
    ]);
    expect(did).toEqual([]);
  });

  it("is taken back behind what the later version has done itself", async () => {
    const { at, did, job } = await failedByLater({ look: async () => 2, pay: fail("PDF_INVALID") });
    await work(at({ version: 2, orchestrated: false, sinceVersion: 1 }), job);
    expect(did).toEqual(["v2 takes back v2, behind a look of v2", "v2 takes back v1, behind a look of v1"]);
  });

  it("is forgotten when the job is done", async () => {
    const { did, current } = await failedByLater({ look: async () => 2 });
    expect(await current()).toMatchObject({ phase: "done", profileVersion: 2 });
    expect(await current()).not.toHaveProperty("former");
    expect(did).toEqual([]);
  });

  it("is taken back when an orchestrated job is cancelled before the later version has come so far", async () => {
    const { site, at, did, job, current } = await scene({ version: 1, orchestrated: true });
    await work(site.app, job);
    const stored = await site.app.jobs.require(job);
    const checkpoint = (output: unknown) => ({ inline: { output, artifacts: [] } });
    const done = { status: "completed", attempt: 1 } as const;
    const steps = [
      { name: "look", ...done, checkpoint: checkpoint(1) },
      { name: "reserve", ...done, checkpoint: checkpoint({ by: 1 }), compensable: true },
      { name: "pay", status: "pending" as const, attempt: 0 },
    ];
    await site.app.jobs.save({ ...stored.job, steps, version: stored.job.version + 1 }, stored);
    const later = at({ version: 2, orchestrated: true, sinceVersion: 1 });
    await putBack(site.app, job);
    await work(later, job);
    expect(await current()).toMatchObject({
      phase: "processing",
      profileVersion: 2,
      steps: [{ status: "pending" }, {}, {}],
    });
    await cancelJob(later, { ref: job, actor: "client" });
    site.now = new Date(site.now.getTime() + 20_000);
    await work(later, job);
    expect(did).toEqual(["v2 takes back v1, behind a look of v1"]);
  });

  it("is left to a process with the version that has done it while a roll-out may be under way", async () => {
    const { site, at, did, job, current } = await scene({ version: 2, orchestrated: false, pay: fail("PDF_INVALID") });
    await work(site.app, job);
    const older = at({ version: 1, orchestrated: false });
    expect(await work(older, job)).toMatchObject({ outcome: "unknownType" });
    site.now = new Date(site.now.getTime() + 601_000);
    await work(older, job);
    expect(undoOfJob(await current())).toMatchObject([
      { status: "failed", error: { code: "COMPENSATION_IMPOSSIBLE" } },
    ]);
    expect(did).toEqual([]);
  });
});

/** As the supervisor does when the orchestration is lost. */
async function putBack(app: App, ref: JobRef): Promise<void> {
  const stored = await app.jobs.require(ref);
  await app.jobs.save(evolve(stored.job, { type: "lapsed" }, app.clock.now()), stored);
}
