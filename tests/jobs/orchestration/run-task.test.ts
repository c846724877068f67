import { describe, expect, it } from "@jest/globals";
import type { App } from "../../../src/app.ts";
import { cancelJob } from "../../../src/jobs/cancel.ts";
import { receiveMessage } from "../../../src/jobs/work/receive-message.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import { createShutdown } from "../../../src/platform/shutdown.ts";
import { createProfileRegistry } from "../../../src/profiles/registry.ts";
import { createGate } from "../../harness/kills/gate.ts";
import { ledJob } from "../../support/led-job.ts";
import type { LedTestJob } from "../../support/led-job.ts";
import { relayProfile } from "../../support/profiles.ts";

const DONE = { outcome: "done" };
const STOP = { outcome: "stop" };
const LARGE = "x".repeat(20_000);

type Works = Parameters<typeof relayProfile>[0];

async function led(works: Works, maxAttempts = 4): Promise<LedTestJob> {
  return ledJob({ ...relayProfile(works, { maxAttempts }), orchestrated: true }, { text: "hi" });
}

const stepsOf = async (job: LedTestJob) =>
  (await job.current()).steps.map(({ name, status, attempt }) => [name, status, attempt]);

describe("a job type that is orchestrated", () => {
  it("is claimed for an orchestration that is started with its plan, and with nothing that a client sent", async () => {
    const job = await led({ one: async () => 1, two: async () => ({ text: "bye" }) });
    const { operationId, claimId, instanceId, ...claimed } = (await job.current()) as unknown as Record<string, string>;
    expect(claimed).toMatchObject({ phase: "processing", attempt: 1 });
    expect(instanceId).toBe(`${operationId ?? ""}-1`);
    const lead = { ...job.ref, operationId, claimId, profileVersion: 1, priority: "normal" };
    const plan = [
      { kind: "task", name: "one" },
      { kind: "task", name: "two" },
    ];
    expect(job.starts).toEqual([{ name: "run-job-v1", id: instanceId, input: { version: 1, lead, plan } }]);
  });

  it("is started once more, and claimed no second time, when its message comes again", async () => {
    const job = await led({ one: async () => ({ text: "bye" }) });
    const { app } = job.test;
    const before = await job.current();
    const message = { schema: 1, workspace_id: "default", job_id: before.jobId, operation_id: before.operationId };
    const envelope = {
      ...{ ...message, job_type: "echo", traceparent: before.traceparent },
      enqueued_at: before.enqueuedAt.toISOString(),
    };
    const setAside = async (): Promise<never> => Promise.reject(new Error("set aside"));
    expect(await receiveMessage({ ...app, setAside }, envelope)).toMatchObject({ outcome: "led" });
    expect(job.starts).toEqual([job.starts[0], job.starts[0]]);
    expect(await job.current()).toEqual(before);
  });
});

describe("runStep() of a task", () => {
  it("writes down each step, and ends the job with the last, as a worker does", async () => {
    const job = await led({
      one: async () => LARGE,
      two: async ({ outputs }) => ({ text: `${String(outputs["one"]).length}` }),
    });
    expect(await job.call("one", "task")).toEqual(DONE);
    expect(await stepsOf(job)).toEqual([
      ["one", "completed", 1],
      ["two", "pending", 0],
    ]);
    expect((await job.current()).progress).toEqual({ fraction: 0.5, step: "one" });
    expect(await job.call("two", "task")).toEqual(DONE);
    expect(await job.current()).toMatchObject({ phase: "done", result: { inline: { text: "20000" } }, attempt: 1 });
    expect(await job.call("two", "task")).toEqual(STOP);
    expect(await folder(job, "checkpoints")).toEqual([]);
  });

  it("does no finished step again", async () => {
    let runs = 0;
    const job = await led({ one: async () => (runs += 1), two: async () => ({ text: "bye" }) });
    expect([await job.call("one", "task"), await job.call("one", "task"), runs]).toEqual([DONE, DONE, 1]);
  });

  it("counts each try, tries again what may pass, and ends the job with what does not", async () => {
    const failures = [new Error("odd"), new MillraceError("PDF_INVALID", "no PDF")];
    const job = await led({
      one: async () => Promise.reject(failures.shift() ?? new Error("none")),
      two: async () => ({ text: "" }),
    });
    const again = await job.call("one", "task");
    expect(again).toEqual({ outcome: "again", afterMs: expect.any(Number) });
    expect((again as { afterMs: number }).afterMs).toBeGreaterThan(1000);
    const stumbled = await job.current();
    expect(stumbled).toMatchObject({ phase: "processing", attempt: 1, lastError: { code: "UNCLASSIFIED" } });
    expect(stumbled.last).toMatchObject({ event: "stumbled", actor: "worker" });
    const { json } = await job.test.request("GET", `/api/jobs/${job.ref.jobId}`);
    expect(json).toMatchObject({ status: "running", wait_reason: { code: "RETRYING" } });
    expect(await job.call("one", "task")).toEqual(STOP);
    expect(await job.current()).toMatchObject({ phase: "failed", error: { code: "PDF_INVALID" } });
    expect(await stepsOf(job)).toEqual([
      ["one", "failed", 2],
      ["two", "pending", 0],
    ]);
  });

  it("ends the job when a step was tried as often as it may be, whoever died of it", async () => {
    const job = await led({ one: async () => new Promise(() => undefined), two: async () => ({ text: "" }) }, 2);
    const { test } = job;
    for (const [index] of [1, 2].entries()) {
      // The process dies in the middle of the step: its answer never comes.
      void job.call("one", "task").catch(() => undefined);
      await expect(untilAttempt(job, index + 1)).resolves.toBe(true);
    }
    expect(await job.callBy(at(test.app, 180_000), "one", "task")).toEqual(STOP);
    expect(await job.current()).toMatchObject({ phase: "failed", error: { code: "ATTEMPTS_EXHAUSTED" } });
    test.app.atWork.tell(job.ref.jobId); // for the dead to end, too
  });

  it("leaves the last try to whoever is at it when the same is asked for twice", async () => {
    const gate = createGate();
    const begun = createGate();
    const one = async () => {
      begun.open();
      await gate.opened;
      return 1;
    };
    const job = await led({ one, two: async () => ({ text: "" }) }, 1);
    const first = job.call("one", "task");
    await begun.opened;
    const later = at(job.test.app, 60_000);
    expect(await job.callBy(later, "one", "task")).toEqual({ outcome: "again", afterMs: expect.any(Number) });
    gate.open();
    expect(await first).toEqual(DONE);
    expect(await job.callBy(later, "one", "task")).toEqual(DONE);
  });

  it("counts no try that a provider has refused for now", async () => {
    const busy = new MillraceError("PROVIDER_THROTTLED", "busy", { retryAfterMs: 5000 });
    const job = await led({ one: async () => Promise.reject(busy), two: async () => ({ text: "" }) }, 1);
    for (let tries = 0; tries < 3; tries++) expect(await job.call("one", "task")).toMatchObject({ outcome: "again" });
    expect((await job.current()).steps[0]).toMatchObject({ attempt: 0, uncounted: 3 });
  });

  it("takes one outcome of two calls that do the same step, and each keeps its own blobs", async () => {
    const gate = createGate();
    let calls = 0;
    const job = await led({
      one: async ({ services }) => {
        const nth = ++calls;
        await services.saveArtifact({ name: "a.txt", bytes: Buffer.from(`${nth}`), contentType: "text/plain" });
        if (nth === 1) await gate.opened;
        else gate.open();
        return `${nth}${LARGE}`;
      },
      two: async ({ outputs }) => ({ text: String(outputs["one"]).slice(0, 1) }),
    });
    expect(await Promise.all([job.call("one", "task"), job.call("one", "task")])).toEqual([DONE, DONE]);
    await job.call("two", "task");
    const done = await job.current();
    const { text } = (done as unknown as { result: { inline: { text: string } } }).result.inline;
    const { bytes } = await job.test.request("GET", `/api/jobs/${job.ref.jobId}/artifacts/a.txt`);
    expect(bytes.toString()).toBe(text);
    expect(done.steps[0]).toMatchObject({ status: "completed", attempt: 2 });
  });

  it("breaks off when the job is cancelled, and leaves nothing", async () => {
    const begun = createGate();
    const job = await led({
      one: async ({ abortSignal }) => {
        begun.open();
        return new Promise((_, reject) => {
          abortSignal.addEventListener("abort", () => {
            reject(new Error("aborted"));
          });
        });
      },
      two: async () => ({ text: "" }),
    });
    const answer = job.call("one", "task");
    await begun.opened;
    await cancelJob(job.test.app, { ref: job.ref, actor: "client" });
    expect(await answer).toEqual(STOP);
    expect(await job.current()).toMatchObject({ phase: "cancelled" });
  });

  it("hands the step on when its process must end, and counts nothing", async () => {
    const begun = createGate();
    const job = await led({
      one: async () => {
        begun.open();
        return new Promise(() => undefined);
      },
      two: async () => ({ text: "" }),
    });
    const shutdown = createShutdown({ graceMs: 0 });
    const answer = job.callBy({ ...job.test.app, shutdown }, "one", "task");
    await begun.opened;
    await shutdown.begin();
    expect(await answer).toEqual({ outcome: "again", afterMs: 0 });
    expect((await job.current()).steps[0]).toMatchObject({ status: "pending", attempt: 0, uncounted: 1 });
    expect(await job.callBy({ ...job.test.app, shutdown }, "one", "task")).toEqual({ outcome: "again", afterMs: 0 });
  });

  it("goes back to a step whose output cannot be read any more, under another claim", async () => {
    const job = await led({ one: async () => LARGE, two: async () => ({ text: "bye" }) });
    await job.call("one", "task");
    for (const name of await folder(job, "checkpoints")) await job.test.app.content.delete(name);
    expect(await job.call("two", "task")).toEqual(STOP);
    expect(await job.current()).toMatchObject({ phase: "queued" });
    await job.test.deliver("job-requests");
    expect(await stepsOf(job)).toEqual([
      ["one", "pending", 0],
      ["two", "pending", 0],
    ]);
    expect([await job.call("one", "task"), await job.call("two", "task")]).toEqual([DONE, DONE]);
  });

  it("leaves a job to a process that knows the version of its plan, and has a later version begin anew", async () => {
    const works: Works = { one: async () => 1, two: async () => ({ text: "bye" }) };
    const job = await led(works);
    const profilesAt = (version: number) =>
      createProfileRegistry([{ ...relayProfile(works), orchestrated: true, version }], ["documents"]);
    await job.call("one", "task");
    const newer = { ...job.test.app, profiles: profilesAt(2) };
    expect(await job.callBy(newer, "two", "task")).toEqual(STOP);
    expect(await job.current()).toMatchObject({ phase: "queued", attempt: 0, uncounted: 1 });

    const setAside = async (): Promise<never> => Promise.reject(new Error("set aside"));
    const [message = ""] = await job.test.peek("job-requests");
    await receiveMessage({ ...newer, setAside }, JSON.parse(message));
    expect(await job.current()).toMatchObject({
      profileVersion: 2,
      attempt: 1,
      instanceId: expect.stringMatching(/-2$/),
    });
    expect(await stepsOf(job)).toEqual([
      ["one", "pending", 0],
      ["two", "pending", 0],
    ]);
    expect(await job.call("one", "task")).toEqual({ outcome: "again", afterMs: 30_000 });
    expect([await job.callBy(newer, "one", "task"), await job.callBy(newer, "two", "task")]).toEqual([DONE, DONE]);
  });
});

describe("runStep() by an older process", () => {
  const works: Works = { one: async () => 1, two: async () => ({ text: "bye" }) };
  const profileOf = (version: number) => ({ ...relayProfile(works), orchestrated: true, version });
  const withVersion = (app: App, version: number): App => ({
    ...app,
    profiles: createProfileRegistry([profileOf(version)], ["documents"]),
  });
  const AGAIN = { outcome: "again", afterMs: 30_000 };

  it("puts the job back when it has met no other for longer than a roll-out takes, for the plan at hand", async () => {
    const job = await ledJob(profileOf(2));
    const older = withVersion(job.test.app, 1);
    expect(await job.callBy(older, "one", "task")).toEqual(AGAIN);
    expect(await job.callBy(at(older, 590_000), "one", "task")).toEqual(AGAIN);
    expect(await job.callBy(at(older, 610_000), "one", "task")).toEqual(STOP);
    expect(await job.current()).toMatchObject({ phase: "queued" });
    expect(await job.current()).not.toHaveProperty("outdatedSince");
    const setAside = async (): Promise<never> => Promise.reject(new Error("set aside"));
    const [message = ""] = await job.test.peek("job-requests");
    await receiveMessage({ ...older, setAside }, JSON.parse(message));
    expect(await job.current()).toMatchObject({ phase: "processing", profileVersion: 1 });
    expect([await job.callBy(older, "one", "task"), await job.callBy(older, "two", "task")]).toEqual([DONE, DONE]);
  });

  it("goes on waiting while the plan's own is met as well, be it once in a while", async () => {
    const job = await ledJob(profileOf(2));
    const older = withVersion(job.test.app, 1);
    expect(await job.callBy(older, "one", "task")).toEqual(AGAIN);
    expect(await job.callBy(at(job.test.app, 500_000), "one", "task")).toEqual(DONE);
    expect(await job.callBy(at(older, 700_000), "two", "task")).toEqual(AGAIN);
    expect(await job.callBy(at(older, 1_200_000), "two", "task")).toEqual(AGAIN);
    expect(await job.callBy(at(job.test.app, 1_200_000), "two", "task")).toEqual(DONE);
  });
});

describe("runStep() by a process that does not know the job's type", () => {
  const DAY_MS = 24 * 3_600_000;
  const unknowing = (app: App): App => ({ ...app, profiles: { ...app.profiles, knows: () => false } });
  const AGAIN = { outcome: "again", afterMs: 30_000 };
  const works: Works = { one: async () => 1, two: async () => ({ text: "bye" }) };

  it("leaves it to others however old it is, counted from when nobody knew it, and ends it after a day", async () => {
    const job = await led(works);
    const { app } = job.test;
    expect(await job.callBy(at(unknowing(app), 2 * DAY_MS), "one", "task")).toEqual(AGAIN);
    expect(await job.callBy(at(app, 2 * DAY_MS), "one", "task")).toEqual(DONE);
    expect(await job.callBy(at(unknowing(app), 4 * DAY_MS), "two", "task")).toEqual(AGAIN);
    expect(await job.callBy(at(unknowing(app), 4.9 * DAY_MS), "two", "task")).toEqual(AGAIN);
    expect(await job.current()).toMatchObject({ phase: "processing" });
    expect(await job.callBy(at(unknowing(app), 5.1 * DAY_MS), "two", "task")).toEqual(STOP);
    expect(await job.current()).toMatchObject({ phase: "failed", error: { code: "UNKNOWN_JOB_TYPE" } });
  });
});

/** The same process, so much later. */
function at(app: App, laterMs: number): App {
  return { ...app, clock: { now: () => new Date(Date.now() + laterMs) } };
}

async function folder({ test }: LedTestJob, name: string): Promise<string[]> {
  const names: string[] = [];
  for await (const blob of test.app.content.list(name)) names.push(blob.name);
  return names;
}

async function untilAttempt(job: LedTestJob, attempt: number): Promise<boolean> {
  while ((await job.current()).steps[0]?.attempt !== attempt); // Each turn is a request.
  return true;
}
