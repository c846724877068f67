import { beforeAll, describe, expect, it } from "@jest/globals";
import { deadLetterListSchema, deadLetterViewSchema } from "../../src/contract/dead-letter-view.ts";
import type { DeadLetterView } from "../../src/contract/dead-letter-view.ts";
import { payloadFolder } from "../../src/jobs/store/content.ts";
import { keepMessage } from "../../src/jobs/work/keep-message.ts";
import { failJob, pickyApp } from "../support/failed-job.ts";
import type { FailedJob } from "../support/failed-job.ts";
import type { TestApp, TestResponse } from "../support/test-app.ts";

const LETTERS = "/api/ops/dead-letters";
const NOBODY = `${LETTERS}/dead_${"0".repeat(44)}`;

async function read(test: TestApp, id: string): Promise<{ readonly view: DeadLetterView; readonly etag: string }> {
  const answer = await test.request("GET", `${LETTERS}/${id}`);
  expect(answer.status).toBe(200);
  return { view: deadLetterViewSchema.parse(answer.json), etag: answer.headers.get("etag") ?? "" };
}

async function edit(test: TestApp, id: string, body: object): Promise<TestResponse> {
  return editIf("*", test, { id, body });
}

interface Edit {
  readonly id: string;
  readonly body: object;
}

async function editIf(etag: string, test: TestApp, { id, body }: Edit): Promise<TestResponse> {
  return test.request("PATCH", `${LETTERS}/${id}`, { body, headers: { "if-match": etag } });
}

async function post(test: TestApp, path: string, body?: object): Promise<TestResponse> {
  return test.request("POST", `${LETTERS}/${path}`, { ...(body && { body }) });
}

describe("GET /api/ops/dead-letters", () => {
  let test: TestApp;
  const jobs: FailedJob[] = [];
  beforeAll(async () => {
    test = await pickyApp();
    for (const workspace of ["acme", "globex", "acme", "initech"])
      jobs.unshift(await failJob(test, "bad", { workspace }));
    await keepMessage(test.app, {
      capability: "documents",
      text: "?",
      error: { code: "ENVELOPE_INVALID", message: "no" },
    });
  });

  async function list(query: string): Promise<{ ids: (string | undefined)[]; next: string | undefined }> {
    const answer = await test.request("GET", query.startsWith("http") ? query : `${LETTERS}${query}`);
    expect([answer.status, answer.json["code"]]).toEqual([200, undefined]);
    const { value, next_link: next } = deadLetterListSchema.parse(answer.json);
    return { ids: value.map(({ job_id: jobId, origin }) => jobId ?? origin), next };
  }

  it("lists what is open in all workspaces, the latest failures first, messages included (R-215)", async () => {
    expect((await list("")).ids).toEqual(["message", ...jobs.map(({ jobId }) => jobId)]);
  });

  it("leads through all pages to every letter once", async () => {
    const seen: (string | undefined)[] = [];
    for (let next: string | undefined = "?limit=2&kind=permanent"; next !== undefined;) {
      const page = await list(next);
      expect(page.ids.length).toBeLessThanOrEqual(2);
      seen.push(...page.ids);
      next = page.next;
    }
    expect(seen).toEqual(["message", ...jobs.map(({ jobId }) => jobId)]);
  });

  it.each([
    ["?workspace_id=acme", 2],
    ["?workspace_id=nobody", 0],
    ["?job_type=echo", 4],
    ["?error_code=PDF_ENCRYPTED", 4],
    ["?error_code=ENVELOPE_INVALID", 1],
    ["?kind=permanent&workspace_id=globex", 1],
    ["?kind=transient", 0],
    ["?fingerprint=0123456789abcdef", 0],
    ["?status=replayed", 0],
    ["?status=closed", 0],
    ["?status=all", 5],
  ])("answers %s", async (query, count) => {
    expect((await list(query)).ids).toHaveLength(count);
  });

  it("finds all failures of one cause by the fingerprint of one", async () => {
    const { view } = await read(test, jobs[0]?.deadLetterId ?? "");
    expect((await list(`?fingerprint=${view.fingerprint}`)).ids).toEqual(jobs.map(({ jobId }) => jobId));
  });

  it.each(["?status=nope", "?error_code=NOPE", "?limit=0", "?limit=101", "?job_type=", "?cursor=job_1"])(
    "refuses %s",
    async (query) => {
      expect(await test.request("GET", `${LETTERS}${query}`)).toMatchObject({
        status: 400,
        json: { code: "INVALID_QUERY" },
      });
    },
  );

  it("shows all others where one row cannot be read", async () => {
    const broken = await pickyApp();
    const letters = [await failJob(broken), await failJob(broken)];
    const stored = await broken.app.deadLetters.require(letters[0]?.deadLetterId ?? "");
    const { row, etag } = broken.app.deadLetters.rowOf(stored.letter, stored.etag);
    await broken.app.storage.jobs.save({ ...row, actions: "[7]" }, etag);
    const { value } = deadLetterListSchema.parse((await broken.request("GET", LETTERS)).json);
    expect(value.map(({ job_id: jobId }) => jobId)).toEqual([letters[1]?.jobId]);
  });
});

describe("GET /api/ops/dead-letters/{id}", () => {
  it("tells the whole of a failure, and the job tells of the letter (R-216, R-220)", async () => {
    const test = await pickyApp();
    const { jobId, operationId, deadLetterId } = await failJob(test, "bad one", { workspace: "acme" });
    const { view } = await read(test, deadLetterId);
    expect(view).toMatchObject({
      ...{ status: "open", origin: "job", workspace_id: "acme", job_id: jobId, operation_id: operationId },
      ...{ job_type: "echo", profile_version: 1, code: "PDF_ENCRYPTED", kind: "permanent", step: "echo" },
      ...{
        message: 'The file "bad one" is locked',
        attempts: 1,
        replays: 0,
        payload: { text: "bad one" },
        actions: [],
      },
      links: {
        job: `http://localhost:7071/api/jobs/${jobId}`,
        history: `http://localhost:7071/api/jobs/${jobId}/history`,
      },
    });
    expect(Date.parse(view.expires_at) - Date.parse(view.failed_at)).toBe(180 * 24 * 3_600_000);
  });

  it("reads a payload that is too large for a row", async () => {
    const test = await pickyApp();
    const text = `bad ${"x".repeat(50_000)}`;
    const { deadLetterId } = await failJob(test, text);
    expect((await read(test, deadLetterId)).view.payload).toEqual({ text });
  });

  it.each(["nope", `dead_${"0".repeat(44)}`])("answers 404 to %j", async (id) => {
    const test = await pickyApp();
    expect(await test.request("GET", `${LETTERS}/${id}`)).toMatchObject({ status: 404, json: { code: "NOT_FOUND" } });
  });
});

describe("PATCH /api/ops/dead-letters/{id}", () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await pickyApp();
  });

  it("sets what a replay begins with, beside what failed, and says who did it", async () => {
    const { deadLetterId } = await failJob(test);
    const { etag } = await read(test, deadLetterId);
    const answer = await editIf(etag, test, { id: deadLetterId, body: { payload: { text: "good" }, reason: "typo" } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("etag")).not.toBe(etag);
    const { view } = await read(test, deadLetterId);
    expect(view).toEqual(answer.json);
    expect(view).toMatchObject({
      ...{ status: "open", payload: { text: "bad" }, edited_payload: { text: "good" } },
      actions: [{ action: "edited", actor: "operator", reason: "typo" }],
    });
  });

  it("asks what the change is based on", async () => {
    const { deadLetterId } = await failJob(test);
    expect(
      await test.request("PATCH", `${LETTERS}/${deadLetterId}`, { body: { payload: { text: "good" } } }),
    ).toMatchObject({
      status: 428,
      json: { code: "PRECONDITION_REQUIRED" },
    });
  });

  it("refuses a change that is based on an older letter: of two at once, one wins", async () => {
    const { deadLetterId } = await failJob(test);
    const { etag } = await read(test, deadLetterId);
    const answers = await Promise.all(
      ["a", "b", "c"].map(async (text) => editIf(etag, test, { id: deadLetterId, body: { payload: { text } } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    expect(await editIf(etag, test, { id: deadLetterId, body: { payload: { text: "d" } } })).toMatchObject({
      status: 412,
      json: { code: "PRECONDITION_FAILED" },
    });
    expect((await read(test, deadLetterId)).view.actions).toHaveLength(1);
  });

  it("takes `*` for whatever the letter is now", async () => {
    const { deadLetterId } = await failJob(test);
    expect((await edit(test, deadLetterId, { payload: { text: "good" } })).status).toBe(200);
  });

  it.each([
    [{ text: 7 }, "/payload/text"],
    [{}, "/payload/text"],
    [{ text: "x", more: 1 }, "/payload/more"],
  ])("refuses %j, which the profile's schema does, and changes nothing", async (payload, pointer) => {
    const { deadLetterId } = await failJob(test);
    const { view, etag } = await read(test, deadLetterId);
    const answer = await editIf(etag, test, { id: deadLetterId, body: { payload } });
    expect(answer).toMatchObject({ status: 422, json: { code: "VALIDATION_FAILED", errors: [{ pointer }] } });
    expect(await read(test, deadLetterId)).toEqual({ view, etag });
  });

  it("refuses what is not open any more, and the text of a message", async () => {
    const { deadLetterId } = await failJob(test);
    await post(test, `${deadLetterId}/close`, { reason: "known" });
    const { etag } = await read(test, deadLetterId);
    expect(await editIf(etag, test, { id: deadLetterId, body: { payload: { text: "good" } } })).toMatchObject({
      status: 409,
      json: { code: "DEAD_LETTER_RESOLVED" },
    });
    const message = await unreadableMessage(test, "!");
    expect(await edit(test, message, { payload: {} })).toMatchObject({ status: 422 });
  });

  it("keeps a large payload, and leaves nothing of one that came too late", async () => {
    const other = await pickyApp();
    const { deadLetterId } = await failJob(other);
    const before = await other.countStored();
    const payload = { text: "x".repeat(50_000) };
    const { etag } = await read(other, deadLetterId);
    const answers = await Promise.all(
      [1, 2].map(async () => editIf(etag, other, { id: deadLetterId, body: { payload } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect((await read(other, deadLetterId)).view.edited_payload).toEqual(payload);
    expect(await other.countStored()).toBe(before + 1);
  });

  it("stops at 30 edits, so that what was done with a letter fits its row", async () => {
    const { deadLetterId } = await failJob(test);
    const reason = '"'.repeat(256);
    for (let edits = 0; edits < 30; edits++)
      expect((await edit(test, deadLetterId, { payload: { text: "good" }, reason })).status).toBe(200);
    expect((await edit(test, deadLetterId, { payload: { text: "good" } })).status).toBe(422);
    expect((await post(test, `${deadLetterId}/replay`, { reason })).status).toBe(202);
  });
});

describe("POST /api/ops/dead-letters/{id}/replay", () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await pickyApp();
  });

  it("begins a new operation with the edited payload, and the job ends well (R-217)", async () => {
    const { jobId, operationId, deadLetterId } = await failJob(test);
    await edit(test, deadLetterId, { payload: { text: "good" } });
    const answer = await post(test, `${deadLetterId}/replay`, { reason: "payload corrected" });
    expect(answer).toMatchObject({ status: 202, json: { job_id: jobId, status: "accepted" } });
    expect(answer.headers.get("location")).toBe(`http://localhost:7071/api/jobs/${jobId}`);
    expect(answer.headers.get("idempotency-replayed")).toBeNull();
    const newOperation = String(answer.json["operation_id"]);
    expect(newOperation).not.toBe(operationId);
    await test.deliver("job-requests");
    const { json: job } = await test.request("GET", `/api/jobs/${jobId}`);
    expect(job).toMatchObject({
      status: "completed",
      operation_id: newOperation,
      attempt: 1,
      result: { text: "good" },
    });
    expect((await read(test, deadLetterId)).view).toMatchObject({
      ...{ status: "replayed", replayed_as: newOperation },
      actions: [{ action: "edited" }, { action: "replayed", actor: "operator", reason: "payload corrected" }],
    });
    const { json: history } = await test.request("GET", `/api/jobs/${jobId}/history`);
    expect(history["value"]).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ actor: "operator", reason: "payload corrected", operation_id: newOperation }),
      ]),
    );
  });

  it("answers with the same operation when it is asked again, also after the job has ended (P25)", async () => {
    const { deadLetterId } = await failJob(test, "bad again");
    const first = await post(test, `${deadLetterId}/replay`);
    await test.deliver("job-requests");
    const again = await post(test, `${deadLetterId}/replay`);
    expect(again.json["operation_id"]).toBe(first.json["operation_id"]);
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([202, "true"]);
  });

  it("leaves a new letter when the new operation fails as well, and counts (R-223)", async () => {
    const { jobId, deadLetterId } = await failJob(test);
    await post(test, `${deadLetterId}/replay`);
    await test.deliver("job-requests");
    const { json: job } = await test.request("GET", `/api/jobs/${jobId}`);
    expect(job["dead_letter_id"]).not.toBe(deadLetterId);
    expect((await read(test, String(job["dead_letter_id"]))).view).toMatchObject({ status: "open", replays: 1 });
    expect((await read(test, deadLetterId)).view).toMatchObject({ status: "replayed", replays: 0 });
  });

  it("refuses a letter that was closed, and one whose job has begun anew otherwise", async () => {
    const closed = await failJob(test);
    await post(test, `${closed.deadLetterId}/close`, { reason: "known" });
    const refusal = { status: 409, json: { code: "DEAD_LETTER_RESOLVED" } };
    expect(await post(test, `${closed.deadLetterId}/replay`)).toMatchObject(refusal);
    await test.request("POST", `/api/jobs/${closed.jobId}/regenerate`, { body: { payload: { text: "good" } } });
    expect(await post(test, `${closed.deadLetterId}/replay`)).toMatchObject(refusal);

    const begun = await failJob(test);
    await test.request("POST", `/api/jobs/${begun.jobId}/regenerate`, { body: { payload: { text: "good" } } });
    // The client has seen to it: its letter tells of the operation that it began.
    expect((await read(test, begun.deadLetterId)).view).toMatchObject({
      status: "replayed",
      actions: [{ actor: "client" }],
    });
  });

  it("answers 404 or 410 once the job is gone", async () => {
    const { jobId, deadLetterId } = await failJob(test);
    await test.request("DELETE", `/api/jobs/${jobId}`);
    expect([404, 410]).toContain((await post(test, `${deadLetterId}/replay`)).status);
    expect((await test.request("POST", `${NOBODY}/replay`)).status).toBe(404);
  });

  it("refuses a payload that the profile's schema of today does not take", async () => {
    const { deadLetterId } = await failJob(test);
    const stored = await test.app.deadLetters.require(deadLetterId);
    await test.app.deadLetters.save({ ...stored.letter, payload: { inline: { old: true } } }, stored.etag);
    expect(await post(test, `${deadLetterId}/replay`)).toMatchObject({
      status: 422,
      json: { errors: expect.arrayContaining([expect.objectContaining({ pointer: "/payload/text" })]) },
    });
    expect((await read(test, deadLetterId)).view.status).toBe("open");
  });

  it("puts a message on its queue again, and it has a new letter if it still cannot be read", async () => {
    const own = await pickyApp();
    const deadLetterId = await unreadableMessage(own, "still not json");
    const answer = await post(own, `${deadLetterId}/replay`, { reason: "new worker" });
    expect(answer).toMatchObject({ status: 202, json: { status: "replayed", dead_letter_id: deadLetterId } });
    expect(await own.peek("job-requests")).toEqual(["still not json"]);
    await own.deliver("job-requests");
    const { value } = deadLetterListSchema.parse((await own.request("GET", `${LETTERS}?status=all`)).json);
    expect(value.map(({ status }) => status)).toEqual(["open", "replayed"]);
    const again = await post(own, `${deadLetterId}/replay`);
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([202, "true"]);
  });

  it.each([
    ["who asks for it", { "x-ms-client-principal-name": "bob" }, "bob"],
    ["who was it before, where nobody says who asks", {}, "alice"],
  ])("has as the submitter %s", async (_, headers, expected) => {
    const { deadLetterId, jobId } = await failJob(test, "bad", { by: "alice" });
    await edit(test, deadLetterId, { payload: { text: "good" } });
    await test.request("POST", `${LETTERS}/${deadLetterId}/replay`, { headers });
    expect((await test.request("GET", `/api/jobs/${jobId}`)).json).toMatchObject({ submitted_by: expected });
  });
});

describe("POST /api/ops/dead-letters/{id}/close", () => {
  it("closes a letter whose payload is not there any more, which can be read all the same", async () => {
    const test = await pickyApp();
    const { jobId, deadLetterId } = await failJob(test, `bad ${"x".repeat(50_000)}`);
    await test.app.content.deleteFolder(payloadFolder({ workspaceId: "default", jobId }));
    expect(await test.request("GET", `${LETTERS}/${deadLetterId}`)).toMatchObject({ status: 200 });
    expect(await post(test, `${deadLetterId}/replay`)).toMatchObject({ status: 422 });
    expect(await post(test, `${deadLetterId}/close`, { reason: "lost" })).toMatchObject({ status: 200 });
  });

  it("needs a reason and keeps the first one (R-218)", async () => {
    const test = await pickyApp();
    const { deadLetterId } = await failJob(test);
    expect(await post(test, `${deadLetterId}/close`)).toMatchObject({ status: 415 });
    expect(await post(test, `${deadLetterId}/close`, {})).toMatchObject({ status: 422 });
    expect(await post(test, `${deadLetterId}/close`, { reason: " " })).toMatchObject({ status: 422 });
    expect(await post(test, `${deadLetterId}/close`, { reason: "two\nlines" })).toMatchObject({ status: 422 });
    const closed = await post(test, `${deadLetterId}/close`, { reason: "known" });
    expect(closed).toMatchObject({ status: 200, json: { status: "closed" } });
    const again = await post(test, `${deadLetterId}/close`, { reason: "another" });
    expect(again).toMatchObject({ status: 200, json: closed.json });
    expect((await read(test, deadLetterId)).view.actions).toMatchObject([{ action: "closed", reason: "known" }]);
    expect((await test.request("GET", LETTERS)).json["value"]).toEqual([]);
  });

  it("refuses a letter that was replayed", async () => {
    const test = await pickyApp();
    const { deadLetterId } = await failJob(test);
    await post(test, `${deadLetterId}/replay`);
    expect(await post(test, `${deadLetterId}/close`, { reason: "late" })).toMatchObject({
      status: 409,
      json: { code: "DEAD_LETTER_RESOLVED" },
    });
  });
});

async function unreadableMessage(test: TestApp, text: string): Promise<string> {
  await test.app.storage.queue("job-requests").put(text);
  await test.deliver("job-requests");
  const { value } = deadLetterListSchema.parse(
    (await test.request("GET", `${LETTERS}?error_code=ENVELOPE_INVALID`)).json,
  );
  return value[0]?.dead_letter_id ?? "";
}
