import { afterEach, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { envelopeOf } from "../../../src/jobs/store/dispatch.ts";
import { superviseJobs } from "../../../src/jobs/supervision/supervise.ts";
import { receiveMessage } from "../../../src/jobs/work/receive-message.ts";
import { defineProfile } from "../../../src/profiles/define-profile.ts";
import type { Profile } from "../../../src/profiles/define-profile.ts";
import type { ApprovalOptions } from "../../../src/steps/approval.ts";
import { createLedApp } from "../../support/led-app.ts";
import type { LedApp } from "../../support/led-app.ts";
import { collectLog } from "../../support/sinks.ts";
import type { TestResponse } from "../../support/test-app.ts";

type Options = ApprovalOptions<{ text: string }, { draft: string }>;

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** What the steps have done, in the order in which they did. */
const done: string[] = [];
afterEach(() => {
  done.length = 0;
});

/** A job type of three steps: a draft, people's approval, and its publication. */
function published(fields: Partial<Options> = {}): Profile {
  return defineProfile({
    id: "echo",
    version: 1,
    title: "Published",
    description: "Publishes what people approve",
    durationClass: "hours",
    capability: "documents",
    modes: ["async"],
    payload: z.strictObject({ text: z.string() }),
    result: z.object({ decision: z.string(), voters: z.array(z.string()) }),
    examples: [{ name: "hello", payload: { text: "hello" } }],
    steps: (start) =>
      start
        .step("draft", { timeoutMs: 10_000 }, async ({ payload }) => {
          done.push("draft");
          return `draft of ${payload.text}`;
        })
        .compensate(async ({ output }) => void done.push(`undo ${output}`))
        .approval("sign-off", {
          timeoutMs: 2 * HOUR * 1000,
          escalateAfterMs: HOUR * 1000,
          onTimeout: "reject",
          show: ({ outputs }) => ({ title: "Publish?", details: { text: outputs.draft } }),
          ...fields,
        })
        .step("publish", { timeoutMs: 10_000 }, async ({ outputs }) => {
          done.push("publish");
          const { decision, votes } = outputs["sign-off"];
          return { decision, voters: votes.map(({ voter }) => voter) };
        }),
  });
}

interface Scene extends LedApp {
  readonly path: string;
  readonly vote: (by: string, decision?: string, comment?: string) => Promise<TestResponse>;
  readonly job: () => Promise<Record<string, unknown>>;
  readonly told: () => Promise<readonly string[]>;
}

/** A job that alice has submitted, and that waits for people. */
async function waiting(fields: Partial<Options> = {}, text = "hi"): Promise<Scene> {
  const app = await createLedApp(published(fields));
  const path = await app.submit("alice", { job_type: "echo", payload: { text } });
  return {
    ...app,
    path,
    vote: async (by, decision = "approve", comment) =>
      app.send("POST", `${path}/decision`, {
        headers: { "x-ms-client-principal-name": by },
        body: { decision, ...(comment && { comment }) },
      }),
    job: async () => app.view(path),
    async told() {
      const { value } = (await app.request("GET", `${path}/history?limit=50`)).json as {
        value: { event: string; step?: string; reason?: string }[];
      };
      return value.map(({ event, step, reason }) => [event, step, reason].filter(Boolean).join(" ")).reverse();
    },
  };
}

/** Every instance has come to its end, and nothing of the job's is left in the hub. */
function expectQuiet({ durable }: LedApp): void {
  expect(durable.instances().filter(({ status }) => status === "Running")).toEqual([]);
}

describe("a job that people decide on", () => {
  it("waits without anybody at work, and goes on when somebody approves (R-259)", async () => {
    const scene = await waiting();
    expect(await scene.job()).toMatchObject({
      status: "running",
      phase: "waiting",
      wait_reason: { code: "WAITING_FOR_APPROVAL", eta: "2026-03-01T02:00:00.000Z" },
      approval: { step: "sign-off", title: "Publish?", details: { text: "draft of hi" } },
    });
    expect(done).toEqual(["draft"]);
    await scene.pass(10 * MINUTE);
    expect((await scene.vote("bob")).status).toBe(200);
    expect(await scene.job()).toMatchObject({ status: "completed", result: { decision: "approved", voters: ["bob"] } });
    expect(done).toEqual(["draft", "publish"]);
    expect(await scene.told()).toEqual([
      ...["accepted", "claimed", "suspended sign-off", "decided sign-off approve", "resumed sign-off", "completed"],
    ]);
    expectQuiet(scene);
  });

  it("foretells the work of others of its type without the time that people took", async () => {
    const scene = await waiting();
    for (let jobs = 0; jobs < 3; jobs++) {
      const path = await scene.submit("alice");
      await scene.pass(HOUR);
      const headers = { "x-ms-client-principal-name": "bob" };
      await scene.send("POST", `${path}/decision`, { headers, body: { decision: "approve" } });
    }
    await scene.app.durations.flush();
    const { worksMs } = await scene.app.durations.of({ jobType: "echo", profileVersion: 1 });
    expect(worksMs).toHaveLength(3);
    expect(Math.max(...worksMs)).toBeLessThan(MINUTE * 1000);
  });

  it("fails when one rejects, and takes back what it has done", async () => {
    const scene = await waiting({ quorum: 3 });
    await scene.vote("bob");
    await scene.vote("carol", "reject", "not yet");
    expect(await scene.job()).toMatchObject({
      status: "failed",
      error: { code: "APPROVAL_REJECTED", message: '"carol" rejected at step "sign-off": not yet', retryable: false },
      compensation: [{ step: "draft", status: "completed", attempts: 1 }],
      steps: [{ status: "completed" }, { status: "failed" }, { status: "pending" }],
    });
    expect(done).toEqual(["draft", "undo draft of hi"]);
    expectQuiet(scene);
  });

  it("goes on when as many approve as must", async () => {
    const scene = await waiting({ quorum: 2 });
    await scene.vote("bob");
    expect(await scene.job()).toMatchObject({ phase: "waiting", approval: { quorum: 2, votes: [{ by: "bob" }] } });
    expect((await scene.vote("bob")).status).toBe(200);
    expect(await scene.job()).toMatchObject({ phase: "waiting", approval: { votes: [{ by: "bob" }] } });
    await scene.vote("carol");
    expect(await scene.job()).toMatchObject({ status: "completed", result: { voters: ["bob", "carol"] } });
  });

  it("does not let who submitted it decide, unless the step says so", async () => {
    const scene = await waiting();
    expect((await scene.vote("alice")).json).toMatchObject({ code: "SELF_APPROVAL", status: 403 });
    expect(await scene.job()).toMatchObject({ phase: "waiting", approval: { votes: [] } });
    const other = await waiting({ allowSelf: true });
    await other.vote("alice");
    expect(await other.job()).toMatchObject({ status: "completed" });
  });

  it("says when it takes longer than it should, and is approved then", async () => {
    const scene = await waiting();
    await scene.pass(HOUR - 1);
    expect(await scene.job()).toMatchObject({ wait_reason: { code: "WAITING_FOR_APPROVAL" } });
    await scene.pass(2);
    expect(await scene.job()).toMatchObject({
      wait_reason: { code: "APPROVAL_OVERDUE" },
      approval: { escalated_at: "2026-03-01T01:00:00.000Z" },
    });
    await scene.vote("bob");
    expect(await scene.job()).toMatchObject({ status: "completed" });
    expect(await scene.told()).toContain("suspended sign-off escalated");
    expectQuiet(scene);
  });

  it.each([
    ["reject", { status: "failed", error: { code: "APPROVAL_TIMED_OUT" } }],
    ["approve", { status: "completed", result: { decision: "timed_out", voters: [] } }],
  ] as const)("comes to what the step says when nobody decides in time: %s", async (onTimeout, expected) => {
    const scene = await waiting({ onTimeout });
    await scene.pass(2 * HOUR - 1);
    expect(await scene.job()).toMatchObject({ phase: "waiting" });
    await scene.pass(1);
    expect(await scene.job()).toMatchObject(expected);
    expect((await scene.vote("bob")).status).toBe(409);
    expectQuiet(scene);
  });

  it("waits for weeks in timers that are no longer than a day", async () => {
    const scene = await waiting({ timeoutMs: 30 * 24 * HOUR * 1000 });
    await scene.pass(29 * 24 * HOUR);
    expect(await scene.job()).toMatchObject({ phase: "waiting" });
    await scene.vote("bob");
    expect(await scene.job()).toMatchObject({ status: "completed" });
    expect(scene.durable.longestHistory()).toBeLessThan(500);
  });
});

describe("what becomes of events", () => {
  it("changes nothing when they are lost: the supervisor tells the orchestration again", async () => {
    const scene = await waiting();
    scene.durable.treatEvents("lose");
    await scene.vote("bob");
    expect(await scene.job()).toMatchObject({ phase: "waiting", approval: { votes: [{ by: "bob" }] } });
    scene.durable.treatEvents("deliver");
    await scene.pass(6 * MINUTE + 15);
    expect(await scene.sweep()).toMatchObject({ seen: 1 });
    expect(await scene.job()).toMatchObject({ status: "completed" });
    expect(done).toEqual(["draft", "publish"]);
  });

  it("changes nothing when they are lost and nobody sweeps: the next timer finds the vote", async () => {
    const scene = await waiting();
    scene.durable.treatEvents("lose");
    await scene.vote("bob");
    await scene.pass(HOUR);
    expect(await scene.job()).toMatchObject({ status: "completed" });
  });

  it.each(["double", "keep"] as const)("changes nothing when they are treated so: %s", async (how) => {
    const scene = await waiting({ quorum: 2 });
    scene.durable.treatEvents(how);
    await scene.vote("bob");
    await scene.vote("carol");
    await scene.pass(HOUR);
    scene.durable.deliverKept();
    await scene.pass(HOUR);
    expect(await scene.job()).toMatchObject({ status: "completed", result: { voters: ["bob", "carol"] } });
    expect(done).toEqual(["draft", "publish"]);
    expectQuiet(scene);
  });

  it("changes nothing when they come though nothing was decided", async () => {
    const scene = await waiting();
    const [instance] = scene.durable.instances();
    for (let times = 0; times < 5; times++) {
      await scene.durable.orchestrations.raise(instance?.id ?? "", "heard-sign-off", null);
      await scene.pass(1);
    }
    expect(await scene.job()).toMatchObject({ phase: "waiting" });
    await scene.vote("bob");
    expect(await scene.job()).toMatchObject({ status: "completed" });
  });
});

describe("a waiting job that loses something", () => {
  it("is cancelled at once, and what it has done is taken back", async () => {
    const scene = await waiting();
    await scene.send("POST", `${scene.path}/cancel`);
    expect(await scene.job()).toMatchObject({
      status: "cancelled",
      compensation: [{ step: "draft", status: "completed" }],
    });
    expect((await scene.vote("bob")).json).toMatchObject({ code: "JOB_NOT_WAITING" });
    await scene.pass(3 * HOUR);
    expect(done).toEqual(["draft", "undo draft of hi"]);
    expectQuiet(scene);
  });

  it("keeps its votes and its time when its orchestration is lost, and no step runs twice", async () => {
    const scene = await waiting({ quorum: 2 });
    await scene.vote("bob");
    await scene.pass(10 * MINUTE);
    scene.durable.loseInstances();
    expect(await scene.sweep()).toMatchObject({ redrive: 1 });
    expect(await scene.job()).toMatchObject({
      phase: "waiting",
      attempt: 2,
      approval: { votes: [{ by: "bob" }], expires_at: "2026-03-01T02:00:00.000Z" },
    });
    await scene.vote("carol");
    expect(await scene.job()).toMatchObject({ status: "completed", result: { voters: ["bob", "carol"] } });
    expect(done).toEqual(["draft", "publish"]);
  });

  it("counts votes that come while no orchestration is there", async () => {
    const scene = await waiting({ quorum: 2 });
    await scene.pass(10 * MINUTE);
    scene.durable.loseInstances();
    await superviseJobs(scene.app, collectLog().sink);
    expect(await scene.job()).toMatchObject({ phase: "queued" });
    for (const voter of ["bob", "bob", "carol"]) {
      const options = { headers: { "x-ms-client-principal-name": voter }, body: { decision: "approve" } };
      expect((await scene.request("POST", `${scene.path}/decision`, options)).status).toBe(200);
    }
    await scene.pass(1);
    expect(await scene.job()).toMatchObject({ status: "completed", result: { voters: ["bob", "carol"] } });
    expect(done).toEqual(["draft", "publish"]);
  });

  it("keeps its votes, and does not fail, when it is met for the first time by processes that do not know its type", async () => {
    const scene = await waiting({ quorum: 2, timeoutMs: 5 * 24 * HOUR * 1000 });
    await scene.vote("bob");
    await scene.pass(2 * 24 * HOUR);
    scene.durable.loseInstances();
    const unknowing = { ...scene.app, profiles: { ...scene.app.profiles, knows: () => false } };
    await superviseJobs(unknowing, collectLog().sink);
    const { job } = await scene.app.jobs.require({ workspaceId: "default", jobId: scene.path.split("/").at(-1) ?? "" });
    const setAside = async (): Promise<never> => Promise.reject(new Error("set aside"));
    expect(await receiveMessage({ ...unknowing, setAside }, envelopeOf(job))).toMatchObject({ outcome: "unknownType" });
    await scene.pass(1);
    expect(await scene.job()).toMatchObject({ phase: "waiting", approval: { votes: [{ by: "bob" }] } });
    await scene.vote("carol");
    expect(await scene.job()).toMatchObject({ status: "completed", result: { voters: ["bob", "carol"] } });
  });

  it("asks people again when what they decided on is lost and made anew", async () => {
    const long = "x".repeat(9_000);
    const scene = await waiting({ quorum: 2, show: () => ({ title: "Publish?" }) }, long);
    await scene.vote("bob");
    const jobId = scene.path.split("/").at(-1) ?? "";
    const stored = await scene.app.jobs.get({ workspaceId: "default", jobId });
    const checkpoint = stored?.job.steps[0]?.checkpoint;
    await scene.app.content.delete(checkpoint && "blob" in checkpoint ? checkpoint.blob : "none");
    await scene.vote("carol");
    expect(await scene.job()).toMatchObject({ phase: "waiting", approval: { votes: [] } });
    await scene.vote("bob");
    await scene.vote("carol");
    expect(await scene.job()).toMatchObject({ status: "completed" });
    expect(done).toEqual(["draft", "draft", "publish"]);
  });

  it("fails after its tries when the payload that it was asked about is gone", async () => {
    const scene = await waiting({ show: () => ({ title: "Publish?" }) }, "x".repeat(100_000));
    for await (const { name } of scene.app.content.list("payloads")) await scene.app.content.delete(name);
    expect((await scene.vote("bob")).status).toBe(200);
    expect(await scene.job()).toMatchObject({ phase: "waiting", wait_reason: { code: "WORKING" } });
    await scene.pass(10 * MINUTE);
    expect(await scene.job()).toMatchObject({
      ...{ status: "failed", attempt: 1, error: { code: "STORAGE_UNAVAILABLE" } },
      steps: [{ name: "draft" }, { name: "sign-off", status: "failed" }, { name: "publish" }],
    });
    expectQuiet(scene);
  });

  it("is seen by the supervisor as long as it waits, and is never taken for lost", async () => {
    const scene = await waiting();
    let seen = 0;
    for (let minutes = 0; minutes < 100; minutes += 5) {
      await scene.pass(5 * MINUTE);
      const swept = await scene.sweep();
      seen += swept.seen;
      expect(swept.redrive).toBe(0);
    }
    expect(seen).toBeGreaterThan(5);
    expect(await scene.job()).toMatchObject({ phase: "waiting", attempt: 1 });
  });
});

describe("an approval that is the last step", () => {
  it("is the job's result, or the job fails at once because it is none", async () => {
    const ends = [
      [2, { status: "completed", result: { decision: "approved" } }],
      [0, { status: "failed", error: { code: "RESULT_INVALID" } }],
    ] as const;
    for (const [most, end] of ends) {
      const profile = defineProfile({
        ...{ id: "echo", version: 1, title: "Approved", description: "Asks", durationClass: "hours" },
        ...{ capability: "documents", modes: ["async"], payload: z.strictObject({ text: z.string() }) },
        result: z.object({ decision: z.string(), votes: z.array(z.unknown()).max(most).readonly() }),
        examples: [{ name: "hello", payload: { text: "hello" } }],
        steps: (start) =>
          start.approval("sign-off", { timeoutMs: HOUR * 1000, onTimeout: "reject", show: () => ({ title: "?" }) }),
      });
      const app = await createLedApp(profile);
      const path = await app.submit("alice");
      const headers = { "x-ms-client-principal-name": "bob" };
      await app.send("POST", `${path}/decision`, { headers, body: { decision: "approve" } });
      expect(await app.view(path)).toMatchObject(end);
      expectQuiet(app);
    }
  });
});

describe("what is shown to who decides", () => {
  it("must be JSON that fits the row, or the job fails", async () => {
    const scene = await waiting({ show: () => ({ title: "x", details: "x".repeat(20_000) }) });
    expect(await scene.job()).toMatchObject({ status: "failed", error: { code: "OUTPUT_INVALID" } });
    const other = await waiting({ show: () => ({ title: "x", details: new Date(0) }) });
    expect(await other.job()).toMatchObject({ status: "failed", error: { code: "OUTPUT_INVALID" } });
  });
});
