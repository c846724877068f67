import { beforeAll, describe, expect, it } from "@jest/globals";
import { replayDeadLetter } from "../../src/dead-letters/replay-dead-letter.ts";
import { createIntake } from "../../src/intake/intake.ts";
import type { Job } from "../../src/jobs/life/job.ts";
import { echoProfile } from "../support/profiles.ts";
import { collectLog } from "../support/sinks.ts";
import { takeStorageAccount } from "../support/storage-account.ts";
import { startStorageProxy } from "../support/storage-proxy.ts";
import { createTestApp } from "../support/test-app.ts";
import type { TestApp } from "../support/test-app.ts";
import { jobsOf, lettersOf } from "../support/what-is-kept.ts";

const INTAKE = "job-intake";
const ECHO = { job_type: "echo", payload: { text: "hi" } };
const sink = { info: () => undefined, warn: () => undefined, error: () => undefined };

const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

async function put(test: TestApp, message: unknown): Promise<void> {
  await test.app.storage.queue(INTAKE).put(typeof message === "string" ? message : JSON.stringify(message));
  await test.deliver(INTAKE);
}

describe("createIntake()", () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await createTestApp({ profiles: [echoProfile()] });
  });

  it("makes the very row that a request makes, field by field (R-015)", async () => {
    const body = {
      ...{ ...ECHO, mode: "async", priority: "high", customer_id: "c-1", metadata: { a: "b" }, tags: ["x"] },
      ...{ delay_seconds: 3600, expires_at: "2099-01-01T00:00:00Z", sequence_key: "s", sequence: 1 },
    };
    const headers = { "x-millrace-workspace": "by-http", "idempotency-key": "k" };
    expect((await test.request("POST", "/api/jobs", { body, headers })).status).toBe(202);
    await put(test, { ...body, workspace_id: "by-queue", idempotency_key: "k" });
    const [asked] = await jobsOf(test.app, "by-http");
    const [taken] = await jobsOf(test.app, "by-queue");
    expect(Object.keys(taken ?? {}).sort()).toEqual(Object.keys(asked ?? {}).sort());
    const own = /^(workspaceId|jobId|operationId|traceparent|createdAt|acceptedAt|enqueuedAt|updatedAt|startAfter)$/;
    const shared = (job: Job | undefined) => Object.entries(job ?? {}).filter(([name]) => !own.test(name));
    expect(shared(taken)).toEqual(shared(asked));
    expect(Number(taken?.startAfter) - Number(taken?.createdAt)).toBe(
      Number(asked?.startAfter) - Number(asked?.createdAt),
    );
  });

  it("knows a request again that came through the other door", async () => {
    const workspace_id = "both-doors";
    const headers = { "x-millrace-workspace": workspace_id, "idempotency-key": "k" };
    await put(test, { ...ECHO, workspace_id, idempotency_key: "k" });
    const answer = await test.request("POST", "/api/jobs", { body: ECHO, headers });
    expect(answer.headers.get("idempotency-replayed")).toBe("true");
    await put(test, { ...ECHO, workspace_id, idempotency_key: "k" });
    expect(await jobsOf(test.app, workspace_id)).toHaveLength(1);
  });

  it("makes one job of a message that is delivered twice, and two of two equal messages", async () => {
    const receive = createIntake(test.app);
    const message = { ...ECHO, workspace_id: "twice" };
    await receive(message, { id: "m-1", sink });
    await receive(message, { id: "m-1", sink });
    expect(await jobsOf(test.app, "twice")).toHaveLength(1);
    await receive(message, { id: "m-2", sink });
    expect(await jobsOf(test.app, "twice")).toHaveLength(2);
  });

  it("makes jobs that run", async () => {
    await put(test, { ...ECHO, workspace_id: "runs" });
    await test.deliver("job-requests");
    expect(await jobsOf(test.app, "runs")).toMatchObject([{ phase: "done", result: { inline: { text: "hi" } } }]);
  });

  it("takes what the host has given up", async () => {
    await test.app.storage.queue("job-intake-poison").put(JSON.stringify({ ...ECHO, workspace_id: "poison" }));
    expect(await test.deliver("job-intake-poison")).toBe(1);
    expect(await jobsOf(test.app, "poison")).toHaveLength(1);
  });
});

describe("createIntake() with a message that is refused", () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await createTestApp({ profiles: [echoProfile()] });
  });

  const lastLetter = async () => (await lettersOf(test.app))[0];

  it.each<{
    readonly what: string;
    readonly message: unknown;
    readonly expected: readonly [code: string, text: string];
  }>([
    { what: "no JSON", message: "what?", expected: ["INVALID_JSON", "JSON"] },
    { what: "a list", message: [ECHO], expected: ["BODY_NOT_OBJECT", "object"] },
    { what: "a bomb", message: nested(40), expected: ["BODY_TOO_DEEP", "deeper than 32"] },
    { what: "a deeper bomb", message: nested(20_000), expected: ["BODY_TOO_DEEP", "too deeply"] },
    { what: "a field too many", message: { ...ECHO, id: "x" }, expected: ["UNKNOWN_FIELD", "/id does not exist"] },
    {
      what: "__proto__",
      message: '{"job_type":"echo","payload":{"__proto__":1}}',
      expected: ["UNKNOWN_FIELD", "/payload/__proto__"],
    },
    { what: "no payload", message: { job_type: "echo" }, expected: ["VALIDATION_FAILED", "/payload"] },
    {
      what: "a payload that does not fit",
      message: { ...ECHO, payload: { text: 7 } },
      expected: ["VALIDATION_FAILED", "/payload/text"],
    },
    {
      what: "a workspace that cannot be",
      message: { ...ECHO, workspace_id: "../x" },
      expected: ["VALIDATION_FAILED", "/workspace_id"],
    },
    {
      what: "a key that cannot be",
      message: { ...ECHO, idempotency_key: "a b" },
      expected: ["VALIDATION_FAILED", "/idempotency_key"],
    },
    {
      what: "a field as long as it can be",
      message: { ...ECHO, ["x".repeat(45_000)]: 1 },
      expected: ["UNKNOWN_FIELD", `/${"x".repeat(1000)}`],
    },
    {
      what: "a job type as long as it can be",
      message: { ...ECHO, job_type: "x".repeat(45_000) },
      expected: ["VALIDATION_FAILED", "/job_type"],
    },
    {
      what: "a mode that its type does not run in",
      message: { ...ECHO, executionMode: "sync" },
      expected: ["VALIDATION_FAILED", "/mode"],
    },
    { what: "an unknown job type", message: { ...ECHO, job_type: "nope" }, expected: ["UNKNOWN_JOB_TYPE", '"nope"'] },
  ])("sets $what aside at once, with its code and pointers", async ({ message, expected: [code, text] }) => {
    await put(test, message);
    const letter = await lastLetter();
    expect(letter).toMatchObject({ origin: "message", capability: "intake-queue", error: { code }, attempts: 1 });
    expect(letter?.error.message).toContain(text);
    expect([await test.countMessages(INTAKE), await jobsOf(test.app)]).toEqual([0, []]);
  });

  it("warns of it in one line, which says why and not from where", async () => {
    const { sink: warned, lines } = collectLog();
    await createIntake(test.app)("what?", { id: "m-1", sink: warned });
    expect(lines).toEqual([
      expect.stringMatching(/^warn intake message refused \{"message_id":"m-1","code":"INVALID_JSON"/),
    ]);
    expect(lines.join("")).not.toContain("stack");
  });

  it("counts a message that comes again into its letter", async () => {
    for (let time = 0; time < 2; time++) await put(test, "the same");
    expect(await lastLetter()).toMatchObject({ error: { code: "INVALID_JSON" }, attempts: 2 });
  });

  it("puts it back on the intake queue when its letter is replayed", async () => {
    await put(test, { ...ECHO, job_type: "later" });
    const deadLetterId = (await lastLetter())?.deadLetterId ?? "";
    await replayDeadLetter(test.app, { deadLetterId, traceparent: "" });
    expect(await test.peek(INTAKE)).toEqual([JSON.stringify({ ...ECHO, job_type: "later" })]);
    const later = { ...echoProfile(), id: "later" };
    const next = await createTestApp({
      profiles: [later],
      environment: { AzureWebJobsStorage: test.connectionString },
    });
    await next.deliver(INTAKE);
    expect(await jobsOf(next.app)).toMatchObject([{ jobType: "later", phase: "queued" }]);
  });
});

describe("createIntake() when storage is in trouble", () => {
  it("leaves the message to come back, and then makes one job of it", async () => {
    const proxy = await startStorageProxy(takeStorageAccount(), "Table");
    const environment = { AzureWebJobsStorage: proxy.connectionString };
    const test = await createTestApp({ profiles: [echoProfile()], environment });
    const receive = createIntake(test.app);
    proxy.loseAnswer("POST", { status: 503 });
    for (let tries = 0; tries < 10; tries++) proxy.refuse("GET", { status: 503 });
    for (let tries = 0; tries < 10; tries++) proxy.refuse("POST", { status: 503 });
    await expect(receive(ECHO, { id: "m", sink })).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    for (;;) {
      const failed = await receive(ECHO, { id: "m", sink }).then(
        () => false,
        () => true,
      );
      if (!failed) break;
    }
    expect(await jobsOf(test.app)).toHaveLength(1);
    expect(await lettersOf(test.app)).toEqual([]);
    await proxy.stop();
  });
});
