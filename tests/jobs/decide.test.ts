import { describe, expect, it } from "@jest/globals";
import { evolve } from "../../src/jobs/life/evolve.ts";
import type { JobEvent } from "../../src/jobs/life/job-event.ts";
import type { WaitingFor } from "../../src/jobs/life/waiting-for.ts";
import { claimJob } from "../../src/jobs/work/claim.ts";
import { newOperationId } from "../../src/platform/ids.ts";
import type { TestResponse } from "../support/test-app.ts";
import { createTimedApp } from "../support/timed-app.ts";
import type { TimedApp } from "../support/timed-app.ts";

type Approval = Extract<WaitingFor, { kind: "approval" }>;

interface Scene {
  readonly test: TimedApp;
  readonly path: string;
  readonly jobId: string;
  readonly vote: (decision: string, voter?: string, fields?: object) => Promise<TestResponse>;
  readonly apply: (event: JobEvent) => Promise<void>;
  readonly view: () => Promise<Record<string, unknown>>;
}

/** A job that alice has submitted, and that waits for people to decide. */
async function waitingJob(fields: Partial<Approval> = {}, submitter: string | null = "alice"): Promise<Scene> {
  const test = await createTimedApp();
  const headers = submitter === null ? {} : { "x-ms-client-principal-name": submitter };
  const body = { job_type: "echo", payload: { text: "hi" } };
  const { json } = await test.request("POST", "/api/jobs", { headers, body });
  const ref = { workspaceId: "default", jobId: String(json["job_id"]) };
  const path = `/api/jobs/${ref.jobId}`;
  const apply = async (event: JobEvent) => {
    const stored = await test.app.jobs.require(ref);
    await test.app.jobs.save(evolve(stored.job, event, test.now()), stored);
  };
  await claimJob(test.app, { ...ref, operationId: String(json["operation_id"]) });
  const stored = await test.app.jobs.require(ref);
  await test.app.jobs.save({ ...stored.job, instanceId: "i" } as typeof stored.job, stored);
  await apply({
    type: "suspended",
    leaseUntil: test.inSeconds(300),
    waitingFor: {
      ...{ kind: "approval", step: "sign-off", since: test.now(), until: test.inSeconds(3600) },
      ...{ quorum: 1, allowSelf: false, onTimeout: "reject", title: "Publish?", details: { words: 12 }, votes: [] },
      ...fields,
    },
  });
  return {
    test,
    path,
    jobId: ref.jobId,
    apply,
    vote: async (decision, voter, more) =>
      test.request("POST", `${path}/decision`, {
        headers: voter === undefined ? {} : { "x-ms-client-principal-name": voter },
        body: { decision, ...more },
      }),
    view: async () => (await test.request("GET", path)).json,
  };
}

const codeOf = ({ status, json }: TestResponse) => [status, json["code"]];

describe("POST /api/jobs/{job_id}/decision", () => {
  it("writes the vote down, and shows it in the job and its history (R-259)", async () => {
    const { test, vote, view, path } = await waitingJob({ quorum: 2 });
    expect(await view()).toMatchObject({
      status: "running",
      phase: "waiting",
      submitted_by: "alice",
      wait_reason: { code: "WAITING_FOR_APPROVAL", eta: "2026-03-01T01:00:00.000Z" },
      approval: { step: "sign-off", title: "Publish?", details: { words: 12 }, quorum: 2, votes: [] },
    });
    test.pass(5);
    const answer = await vote("approve", "bob", { comment: "fine", step: "sign-off" });
    const votes = [{ by: "bob", decision: "approve", comment: "fine", at: "2026-03-01T00:00:05.000Z" }];
    expect([answer.status, answer.json["approval"]]).toMatchObject([
      200,
      { votes, expires_at: "2026-03-01T01:00:00.000Z" },
    ]);
    expect(await view()).toEqual(answer.json);
    const { value } = (await test.request("GET", `${path}/history?limit=2`)).json as { value: object[] };
    expect(value).toMatchObject([
      { event: "decided", from: "waiting", to: "waiting", by: "bob", step: "sign-off", reason: "approve: fine" },
      { event: "suspended", from: "processing", to: "waiting", step: "sign-off" },
    ]);
  });

  it("takes the same vote twice for one, and keeps it though another is sent", async () => {
    const { vote, view } = await waitingJob({ quorum: 2 });
    await vote("approve", "bob");
    const before = await view();
    expect((await vote("approve", "bob")).status).toBe(200);
    expect(codeOf(await vote("reject", "bob"))).toEqual([409, "ALREADY_VOTED"]);
    expect(await view()).toEqual(before);
  });

  it("refuses the submitter, whoever gives no name, and whoever comes too late", async () => {
    const { test, vote, view } = await waitingJob();
    expect(codeOf(await vote("approve", "Alice"))).toEqual([403, "SELF_APPROVAL"]);
    expect(codeOf(await vote("approve"))).toEqual([403, "VOTER_UNKNOWN"]);
    expect((await view())["approval"]).toMatchObject({ votes: [] });
    test.pass(3600);
    expect(codeOf(await vote("approve", "bob"))).toEqual([409, "JOB_NOT_WAITING"]);
  });

  it("needs a name though nobody is known to have submitted the job, unless the submitter may decide", async () => {
    const unknown = await waitingJob({}, null);
    expect(codeOf(await unknown.vote("approve"))).toEqual([403, "VOTER_UNKNOWN"]);
    expect((await unknown.vote("approve", "bob")).status).toBe(200);
    const { vote, view } = await waitingJob({ allowSelf: true }, null);
    expect((await vote("reject")).status).toBe(200);
    expect((await view())["approval"]).toMatchObject({ votes: [{ by: "anonymous", decision: "reject" }] });
    expect(codeOf(await vote("approve", "bob"))).toEqual([409, "JOB_NOT_WAITING"]);
  });

  it("is of one step of one operation, if the request says so", async () => {
    const { vote, jobId } = await waitingJob();
    expect(codeOf(await vote("approve", "bob", { step: "other" }))).toEqual([409, "JOB_NOT_WAITING"]);
    const operation_id = newOperationId(jobId);
    expect(codeOf(await vote("approve", "bob", { operation_id }))).toEqual([409, "OPERATION_SUPERSEDED"]);
  });

  it("can be found by who is to decide, until it is decided", async () => {
    const { test, apply, jobId } = await waitingJob();
    await test.submit();
    const found = async (what: string) => {
      const { json } = await test.request("GET", `/api/jobs?waiting_for=${what}`);
      return (json as { value: { job_id: string }[] }).value.map(({ job_id: id }) => id);
    };
    expect([await found("approval"), await found("event")]).toEqual([[jobId], []]);
    await apply({ type: "lapsed" });
    expect(await found("approval")).toEqual([jobId]);
    await apply({ type: "cancelled", actor: "client" });
    expect(await found("approval")).toEqual([]);
    expect((await test.request("GET", "/api/jobs?waiting_for=people")).status).toBe(400);
  });

  it("is of the step that it was given for, though the job waits at a later one when it is tried again", async () => {
    const { test, vote, apply, view } = await waitingJob({ step: "legal" });
    const { jobs } = test.app;
    const save = jobs.save.bind(jobs);
    const saves: unknown[] = [];
    jobs.save = async (...args) => {
      if (saves.push(args) > 1) return save(...args);
      // In this moment carol's vote decides, and the job goes on to finance.
      const leaseUntil = test.inSeconds(300);
      const { job } = args[1];
      if (job.phase !== "waiting") throw new Error("It does not wait");
      await apply({ type: "decided", vote: { voter: "carol", decision: "approve", at: test.now() } });
      await apply({ type: "resumed", leaseUntil, steps: [] });
      await apply({ type: "suspended", leaseUntil, waitingFor: { ...job.waitingFor, step: "finance" } });
      return save(...args);
    };
    expect(codeOf(await vote("approve", "bob"))).toEqual([409, "JOB_NOT_WAITING"]);
    expect((await view())["approval"]).toMatchObject({ step: "finance", votes: [] });
  });

  it("is refused where there is nothing to decide", async () => {
    const { test, vote, apply, path } = await waitingJob();
    await apply({ type: "cancelled", actor: "client" });
    expect(codeOf(await vote("approve", "bob"))).toEqual([409, "JOB_NOT_WAITING"]);
    expect((await test.request("GET", path)).json).not.toHaveProperty("approval");
    const body = { decision: "approve" };
    expect((await test.request("POST", "/api/jobs/job_00000000000000000000000000/decision", { body })).status).toBe(
      404,
    );
  });

  it.each([{}, { decision: "maybe" }, { decision: "approve", more: 1 }, { decision: "approve", comment: "a\u0000b" }])(
    "refuses the body %j",
    async (body) => {
      const { test, path } = await waitingJob();
      expect([400, 422]).toContain((await test.request("POST", `${path}/decision`, { body })).status);
    },
  );

  it("says that nobody has decided for long, in the job and its history", async () => {
    const { test, view, apply, path } = await waitingJob();
    const stored = await test.app.jobs.require({ workspaceId: "default", jobId: path.slice("/api/jobs/".length) });
    if (stored.job.phase !== "waiting") throw new Error("It does not wait");
    const waitingFor = { ...stored.job.waitingFor, escalatedAt: test.now() };
    const again = { type: "suspended", leaseUntil: test.inSeconds(300), waitingFor } as const;
    await apply(again);
    await apply(again);
    expect(await view()).toMatchObject({
      wait_reason: { code: "APPROVAL_OVERDUE" },
      approval: { escalated_at: "2026-03-01T00:00:00.000Z" },
    });
    const { value } = (await test.request("GET", `${path}/history?limit=2`)).json as { value: object[] };
    expect(value).toMatchObject([{ event: "suspended", reason: "escalated" }, { event: "suspended" }]);
  });
});
