import { beforeAll, describe, expect, it } from "@jest/globals";
import { envelopeSchema } from "../../src/contract/envelope.ts";
import { superviseJobs } from "../../src/jobs/supervision/supervise.ts";
import { MillraceError } from "../../src/platform/errors.ts";
import { echoProfile } from "../support/profiles.ts";
import { collectLog } from "../support/sinks.ts";
import { takeStorageAccount } from "../support/storage-account.ts";
import { startStorageProxy } from "../support/storage-proxy.ts";
import { createTestApp } from "../support/test-app.ts";
import type { TestApp } from "../support/test-app.ts";

const RECIPE = {
  job_type: "thumbnail",
  customer_id: "cust-123",
  payload: { asset_url: "https://example.com/image.png" },
};
const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

describe("POST /api/jobs", () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await createTestApp();
  });

  it("accepts the recipe's request as it stands (R-001, R-003, R-004)", async () => {
    const answer = await test.request("POST", "/api/jobs", { body: RECIPE, headers: { traceparent: TRACEPARENT } });
    const { job_id: jobId, operation_id: operationId } = answer.json;
    expect(answer.status).toBe(202);
    expect(answer.json).toMatchObject({
      status: "accepted",
      status_url: `http://localhost:7071/api/jobs/${String(jobId)}`,
      trace_id: "0af7651916cd43dd8448eb211c80319c",
    });
    expect(answer.headers.get("location")).toBe(answer.json["status_url"]);
    expect(answer.headers.get("operation-location")).toBe(
      `http://localhost:7071/api/operations/${String(operationId)}`,
    );
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(answer.headers.get("etag")).toMatch(/^W\/".+"$/);
  });

  it("writes the row and a message of ids only, which carries the trace (R-002, R-008)", async () => {
    const answer = await test.request("POST", "/api/jobs", { body: RECIPE, headers: { traceparent: TRACEPARENT } });
    const jobId = String(answer.json["job_id"]);
    const stored = await test.app.jobs.get({ workspaceId: "default", jobId });
    expect(stored?.job).toMatchObject({ phase: "queued", version: 1, traceparent: TRACEPARENT, profileVersion: 1 });
    const messages = (await test.peek("job-images")).map((text) => envelopeSchema.parse(JSON.parse(text)));
    const mine = messages.find((message) => message.job_id === jobId);
    expect(mine).toMatchObject({ operation_id: answer.json["operation_id"], traceparent: TRACEPARENT });
    expect(JSON.stringify(mine)).not.toContain("example.com");
  });

  it("fills in what the profile says by default", async () => {
    const answer = await test.request("POST", "/api/jobs", { body: RECIPE });
    const status = await test.request("GET", new URL(String(answer.json["status_url"])).pathname);
    expect(status.json).toMatchObject({ mode: "async", status: "accepted", phase: "queued", customer_id: "cust-123" });
    expect(status.json["wait_reason"]).toMatchObject({ code: "QUEUED" });
  });

  it("takes executionMode for mode, and refuses modes that the profile does not run in", async () => {
    const accepted = await test.request("POST", "/api/jobs", { body: { ...RECIPE, executionMode: "async" } });
    expect(accepted.status).toBe(202);
    const refused = await test.request("POST", "/api/jobs", { body: { ...RECIPE, mode: "batch" } });
    expect(refused.status).toBe(422);
    expect(refused.json).toMatchObject({ code: "VALIDATION_FAILED", errors: [{ pointer: "/mode" }] });
  });

  it("keeps a payload that does not fit a row in a blob, and gives it back whole (R-192)", async () => {
    const big = await createTestApp({ profiles: [echoProfile()] });
    const text = "ä".repeat(200_000);
    const { json } = await big.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text } } });
    const ref = { workspaceId: "default", jobId: String(json["job_id"]) };
    expect((await big.app.jobs.require(ref)).job.payload).toHaveProperty("blob");
    await big.deliver("job-requests");
    const { json: job } = await big.request("GET", `/api/jobs/${ref.jobId}`);
    expect(job["result"]).toMatchObject({ text });
  });

  it("keeps workspaces apart: another one's job looks like none (R-031)", async () => {
    const mine = await test.request("POST", "/api/jobs", { body: RECIPE, headers: { "x-millrace-workspace": "mine" } });
    const path = `/api/jobs/${String(mine.json["job_id"])}`;
    const own = await test.request("GET", path, { headers: { "x-millrace-workspace": "mine" } });
    const foreign = await test.request("GET", path);
    const unknown = await test.request("GET", "/api/jobs/job_00000000000000000000000000");
    expect([own.status, foreign.status]).toEqual([200, 404]);
    expect({ ...foreign.json, trace_id: "" }).toEqual({ ...unknown.json, trace_id: "" });
  });

  it("builds its links from what the nearest proxy says, and not from nonsense", async () => {
    const headers = { "x-forwarded-host": "api.example.com", "x-forwarded-proto": "https" };
    const proxied = await test.request("POST", "/api/jobs", { body: RECIPE, headers });
    expect(proxied.json["status_url"]).toMatch(/^https:\/\/api\.example\.com\/api\/jobs\/job_/);
    const evil = await test.request("POST", "/api/jobs", { body: RECIPE, headers: { "x-forwarded-host": "evil/x?y" } });
    expect(evil.json["status_url"]).toMatch(/^http:\/\/localhost:7071\//);
  });
});

describe("POST /api/jobs with Idempotency-Key", () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await createTestApp({ profiles: [echoProfile()] });
  });
  const body = { job_type: "echo", payload: { text: "once" } };
  const submit = async (key: string, request: unknown = body) =>
    test.request("POST", "/api/jobs", { body: request, headers: { "idempotency-key": key } });

  it("makes one job of the same request, however often and however concurrently it is sent (P6)", async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, async () => submit("key-1")));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    expect(new Set(answers.map(({ json }) => json["job_id"])).size).toBe(1);
    const fresh = answers.filter(({ headers }) => headers.get("idempotency-replayed") === null);
    expect(fresh).toHaveLength(1);
    const list = await test.request("GET", "/api/jobs");
    expect(list.json["value"]).toHaveLength(1);
  });

  it("takes the same fields in another order for the same request", async () => {
    const first = await submit("key-2", { job_type: "echo", payload: { text: "x" }, customer_id: "c" });
    const second = await submit('"key-2"', { customer_id: "c", payload: { text: "x" }, job_type: "echo" });
    expect(second.json["job_id"]).toBe(first.json["job_id"]);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
  });

  it("refuses the key for another body, and makes nothing", async () => {
    await submit("key-3");
    const before = await test.countStored();
    const answer = await submit("key-3", { job_type: "echo", payload: { text: "twice" } });
    expect([answer.status, answer.json["code"]]).toEqual([422, "IDEMPOTENCY_MISMATCH"]);
    expect(await test.countStored()).toBe(before);
  });

  it("is a key of one workspace only", async () => {
    const mine = await submit("key-4");
    const theirs = await test.request("POST", "/api/jobs", {
      body,
      headers: { "idempotency-key": "key-4", "x-millrace-workspace": "theirs" },
    });
    expect(theirs.headers.get("idempotency-replayed")).toBeNull();
    expect(theirs.json["job_id"]).not.toBe(mine.json["job_id"]);
  });

  it("puts no message at a retry: should the first one be lost, the supervisor puts another", async () => {
    await submit("key-5");
    const before = (await test.peek("job-requests")).length;
    await submit("key-5");
    expect((await test.peek("job-requests")).length).toBe(before);
  });

  it.each(['""', "with space", "x".repeat(256), "caf\u00e9"])("refuses %j as a key", async (header) => {
    const { status, json } = await submit(header);
    expect([status, json["code"]]).toEqual([400, "INVALID_HEADER"]);
  });
});

describe("POST /api/jobs with Prefer: wait", () => {
  const prefer = (value: string) => ({
    body: { job_type: "echo", payload: { text: "hi" } },
    headers: { prefer: value },
  });

  it("answers 200 with the whole job when it ends in time (R-012)", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const [answer] = await Promise.all([test.request("POST", "/api/jobs", prefer("wait=20")), deliverOne(test)]);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("preference-applied")).toBe("wait=20");
    expect(answer.json).toMatchObject({ status: "completed", result: { text: "hi" } });
  });

  it("answers 202 and claims nothing when it does not", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const answer = await test.request("POST", "/api/jobs", prefer("respond-async, wait=1"));
    expect(answer.status).toBe(202);
    expect(answer.headers.get("preference-applied")).toBeNull();
  });

  it("answers 202 when storage stops answering while it waits: the job was accepted", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const unavailable = new MillraceError("STORAGE_UNAVAILABLE", "no answer");
    const jobs = { ...test.app.jobs, require: async (): Promise<never> => Promise.reject(unavailable) };
    Object.assign(test.app, { jobs });
    const answer = await test.request("POST", "/api/jobs", prefer("wait=20"));
    expect([answer.status, answer.json["status"]]).toEqual([202, "accepted"]);
  });

  async function deliverOne(test: TestApp): Promise<void> {
    while ((await test.deliver("job-requests")) === 0);
  }
});

describe("POST /api/jobs while the queue does not answer", () => {
  it("answers 202, since the row is what counts, and the supervisor puts the message (P2, P31)", async () => {
    const proxy = await startStorageProxy(takeStorageAccount(), "Queue");
    const environment = { AzureWebJobsStorage: proxy.connectionString };
    const test = await createTestApp({ profiles: [echoProfile()], environment });
    for (let tries = 0; tries < 3; tries++) proxy.refuse("POST", { status: 503 });
    const { status } = await test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text: "hi" } } });
    expect([status, await test.countMessages("job-requests")]).toEqual([202, 0]);

    const clock = { now: () => new Date(Date.now() + 3_600_000) };
    await superviseJobs({ ...test.app, clock }, collectLog().sink);
    expect(await test.countMessages("job-requests")).toBe(1);
    await proxy.stop();
  });
});
