import { BlobServiceClient } from "@azure/storage-blob";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { acceptedViewSchema, operationViewSchema } from "../../src/contract/job-view.ts";
import { echoProfile, pickyProfile } from "../support/profiles.ts";
import { createTestApp } from "../support/test-app.ts";
import type { RequestOptions, TestApp, TestResponse } from "../support/test-app.ts";

const ORIGIN = "http://localhost:7071";
const LARGE = "x".repeat(50_000);

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp({
    profiles: [pickyProfile(async ({ payload }) => ({ text: payload.text.slice(0, 10) }))],
  });
});

interface Submitted {
  readonly id: string;
  readonly path: string;
  readonly operation: string;
}

async function submit(text: string): Promise<Submitted> {
  const { json } = await test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text } } });
  const id = String(json["job_id"]);
  return { id, path: `/api/jobs/${id}`, operation: String(json["operation_id"]) };
}

async function ended(text = "hi"): Promise<Submitted> {
  const job = await submit(text);
  await test.deliver("job-requests");
  return job;
}

const regenerate = async (path: string, options?: RequestOptions): Promise<TestResponse> =>
  test.request("POST", `${path}/regenerate`, options);
const read = async (path: string) => (await test.request("GET", path)).json;
/** The estimate of a job that has not ended moves with the time, and with what other jobs take. */
const apartFromTime = (view: Record<string, unknown>) => ({ ...view, wait_reason: expect.any(Object) });
const codeOf = ({ status, json }: TestResponse) => [status, json["code"]];
const keyed = (key: string, body: object = {}): RequestOptions => ({ headers: { "idempotency-key": key }, body });

async function payloadBlobs(jobId: string): Promise<number> {
  const container = BlobServiceClient.fromConnectionString(test.connectionString).getContainerClient("millrace");
  let count = 0;
  for await (const _ of container.listBlobsFlat({ prefix: `payloads/default/${jobId}/` })) count++;
  return count;
}

describe("POST /api/jobs/{job_id}/regenerate", () => {
  it.each(["hi", "bad", "cancelled"])("begins the job anew, as a submit does: %s", async (text) => {
    const { id, path, operation } = await submit(text);
    if (text === "cancelled") await test.request("POST", `${path}/cancel`);
    await test.deliver("job-requests");
    const answer = await regenerate(path);
    expect(answer.status).toBe(202);
    const { operation_id: next } = acceptedViewSchema.strict().parse(answer.json);
    expect(next).not.toBe(operation);
    expect(answer.json).toMatchObject({ job_id: id, status: "accepted", status_url: `${ORIGIN}${path}` });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      location: `${ORIGIN}${path}`,
      "operation-location": `${ORIGIN}/api/operations/${next}`,
      "retry-after": expect.stringMatching(/^\d+$/),
      etag: (await test.request("GET", path)).headers.get("etag"),
    });
    expect(answer.headers.get("idempotency-replayed")).toBeNull();
    expect(await read(path)).toMatchObject({ status: "accepted", attempt: 0, operation_id: next });
    await test.deliver("job-requests");
    expect(await read(path)).toMatchObject({ status: text === "bad" ? "failed" : "completed", operation_id: next });
  });

  it("takes another payload in place of the job's own, and keeps it for the next time", async () => {
    const { path } = await ended("bad");
    await regenerate(path, { body: { payload: { text: "better" } } });
    await test.deliver("job-requests");
    expect(await read(path)).toMatchObject({ status: "completed", result: { text: "better" } });
    await regenerate(path);
    await test.deliver("job-requests");
    expect(await read(path)).toMatchObject({ status: "completed", result: { text: "better" } });
  });

  it("answers with the job if the client prefers to wait and it ends in time", async () => {
    const { path } = await ended();
    const waiting = regenerate(path, { headers: { prefer: "wait=30" } });
    for (let delivered = 0; delivered === 0;) delivered = await test.deliver("job-requests");
    const answer = await waiting;
    expect([answer.status, answer.json["status"]]).toEqual([200, "completed"]);
    expect(answer.headers.get("preference-applied")).toBe("wait=30");
  });

  it("leaves a job alone that has not ended", async () => {
    const { path } = await submit("hi");
    const before = await read(path);
    const answer = await regenerate(path);
    expect(codeOf(answer)).toEqual([409, "JOB_NOT_TERMINAL"]);
    expect(answer.json["detail"]).toContain(`"accepted"`);
    expect(await read(path)).toEqual(apartFromTime(before));
    await test.deliver("job-requests");
  });

  it("refuses a payload that does not fit, and changes nothing, not even in blobs", async () => {
    const { id, path } = await ended();
    const before = await read(path);
    const answer = await regenerate(path, { body: { payload: { text: 7, more: LARGE } } });
    expect(codeOf(answer)).toEqual([422, "VALIDATION_FAILED"]);
    const pointers = (answer.json["errors"] as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers.sort()).toEqual(["/payload/more", "/payload/text"]);
    expect(await read(path)).toEqual(before);
    expect(await payloadBlobs(id)).toBe(0);
  });

  it.each([
    [{ body: { payload: "x" } }, 422, "VALIDATION_FAILED"],
    [{ body: { text: "x" } }, 400, "UNKNOWN_FIELD"],
    [{ body: { payload: { constructor: 1 } } }, 400, "UNKNOWN_FIELD"],
    [{ headers: { "idempotency-key": "a b" } }, 400, "INVALID_HEADER"],
    [{ headers: { "x-millrace-workspace": "other" } }, 404, "JOB_NOT_FOUND"],
  ] as const)("refuses %j", async (options, status, code) => {
    const { path } = await ended();
    expect(codeOf(await regenerate(path, options))).toEqual([status, code]);
    expect((await read(path))["status"]).toBe("completed");
  });

  it("checks the old payload by the profile as it is today", async () => {
    const { path } = await ended("hi");
    const stricter = { ...echoProfile(), payload: z.strictObject({ text: z.string().startsWith("hello") }) };
    const later = await createTestApp({
      profiles: [stricter],
      environment: { AzureWebJobsStorage: test.connectionString },
    });
    const answer = await later.request("POST", `${path}/regenerate`);
    expect(codeOf(answer)).toEqual([422, "VALIDATION_FAILED"]);
    expect(answer.json["errors"]).toMatchObject([{ pointer: "/payload/text" }]);
  });

  it("keeps one blob of a large payload that stays the same, and one more of one that does not", async () => {
    const { id, path } = await ended(LARGE);
    expect(await payloadBlobs(id)).toBe(1);
    for (const [body, blobs] of [
      [{}, 1],
      [{ payload: { text: `${LARGE}!` } }, 2],
    ] as const) {
      await regenerate(path, { body });
      await test.deliver("job-requests");
      expect([(await read(path))["status"], await payloadBlobs(id)]).toEqual(["completed", blobs]);
    }
  });

  it("drops the payload that it stored when somebody else was faster", async () => {
    const { id, path } = await ended();
    const { jobs } = test.app;
    let raced = false;
    const save: typeof jobs.save = async (job, stored, replace) => {
      if (!raced) {
        raced = true;
        await regenerate(path);
      }
      return jobs.save(job, stored, replace);
    };
    const racing = await createTestApp({
      profiles: [echoProfile()],
      environment: { AzureWebJobsStorage: test.connectionString },
    });
    Object.assign(racing.app, { jobs: { ...jobs, save } });
    const answer = await racing.request("POST", `${path}/regenerate`, { body: { payload: { text: LARGE } } });
    expect(codeOf(answer)).toEqual([409, "JOB_NOT_TERMINAL"]);
    expect(await payloadBlobs(id)).toBe(0);
    await test.deliver("job-requests");
    expect(await read(path)).toMatchObject({ status: "completed", result: { text: "hi" } });
  });
});

describe("POST /api/jobs/{job_id}/regenerate with an Idempotency-Key", () => {
  it("begins one operation however often it is sent, for as long as that is current (P6)", async () => {
    const { path } = await ended();
    const first = await regenerate(path, keyed("k", { payload: { text: "new" } }));
    const again = await regenerate(path, keyed(`"k"`, { payload: { text: "new" } }));
    await test.deliver("job-requests");
    const afterEnd = await regenerate(path, keyed("k", { payload: { text: "new" } }));
    for (const answer of [again, afterEnd]) {
      expect([answer.status, answer.json["operation_id"]]).toEqual([202, first.json["operation_id"]]);
      expect(answer.headers.get("idempotency-replayed")).toBe("true");
    }
    await regenerate(path, keyed("another"));
    await test.deliver("job-requests");
    const anew = await regenerate(path, keyed("k", { payload: { text: "new" } }));
    expect(anew.status).toBe(202);
    expect(anew.headers.get("idempotency-replayed")).toBeNull();
    expect(anew.json["operation_id"]).not.toBe(first.json["operation_id"]);
    await test.deliver("job-requests");
  });

  it("takes the same body for the same whatever the order of its fields, and no body for an empty one", async () => {
    const { path } = await ended();
    await regenerate(path, { headers: { "idempotency-key": "k" } });
    const again = await regenerate(path, keyed("k", {}));
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([202, "true"]);
    await test.deliver("job-requests");
  });

  it("refuses the same key with another body", async () => {
    const { path } = await ended();
    await regenerate(path, keyed("k", { payload: { text: "one" } }));
    const other = await regenerate(path, keyed("k", { payload: { text: "two" } }));
    expect(codeOf(other)).toEqual([422, "IDEMPOTENCY_MISMATCH"]);
    await test.deliver("job-requests");
    expect(await read(path)).toMatchObject({ result: { text: "one" } });
  });

  it("is no submit's key: what one stands for, the other does not", async () => {
    const submitted = await test.request("POST", "/api/jobs", {
      headers: { "idempotency-key": "shared" },
      body: { job_type: "echo", payload: { text: "hi" } },
    });
    const path = `/api/jobs/${String(submitted.json["job_id"])}`;
    await test.deliver("job-requests");
    const answer = await regenerate(path, keyed("shared"));
    expect([answer.status, answer.headers.get("idempotency-replayed")]).toEqual([202, null]);
    await test.deliver("job-requests");
  });

  it("gives everybody who sends it at once the one operation it began", async () => {
    const { path } = await ended();
    const answers = await Promise.all(Array.from({ length: 6 }, async () => regenerate(path, keyed("k"))));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(202));
    expect(new Set(answers.map(({ json }) => json["operation_id"])).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get("idempotency-replayed") === null)).toHaveLength(1);
    await test.deliver("job-requests");
  });
});

describe("a job that has begun anew", () => {
  it("owes nothing to the operation before: its message finds nothing to do, its cancel is refused (P20)", async () => {
    const { path, operation } = await submit("hi");
    const [oldMessage] = await test.peek("job-requests");
    await test.request("POST", `${path}/cancel`);
    await test.drop("job-requests");
    await regenerate(path);
    await test.drop("job-requests");
    const before = await read(path);
    await test.app.storage.queue("job-requests").put(oldMessage ?? "");
    await test.deliver("job-requests");
    const cancel = await test.request("POST", `${path}/cancel`, { body: { operation_id: operation } });
    expect(codeOf(cancel)).toEqual([409, "OPERATION_SUPERSEDED"]);
    expect(await read(path)).toEqual(apartFromTime(before));
  });

  it("has its failure seen to: the dead letter says which operation took its place", async () => {
    const { id, path } = await ended("bad");
    const { dead_letter_id: letterId } = await read(path);
    const { json } = await regenerate(path);
    const { letter } = await test.app.deadLetters.require(String(letterId));
    expect(letter).toMatchObject({
      status: "replayed",
      jobId: id,
      replayedAs: json["operation_id"],
      actions: [{ action: "replayed", actor: "client" }],
    });
    await test.deliver("job-requests");
    const again = await read(path);
    expect(again["dead_letter_id"]).not.toBe(letterId);
    expect((await test.app.deadLetters.require(String(again["dead_letter_id"]))).letter.status).toBe("open");
  });

  it("is begun although its letter is edited in this very moment", async () => {
    const { path } = await ended("bad");
    const { dead_letter_id: letterId } = await read(path);
    const { jobs, deadLetters } = test.app;
    let edits = 0;
    const racing = await createTestApp({
      profiles: [echoProfile()],
      environment: { AzureWebJobsStorage: test.connectionString },
    });
    const save: typeof jobs.save = async (job, stored, replace) => {
      const { letter, etag } = await deadLetters.require(String(letterId));
      if (edits++ === 0) await deadLetters.save({ ...letter, step: "edited" }, etag);
      return jobs.save(job, stored, replace);
    };
    Object.assign(racing.app, { jobs: { ...jobs, save } });
    expect((await racing.request("POST", `${path}/regenerate`)).status).toBe(202);
    expect(edits).toBe(2);
    const { letter } = await deadLetters.require(String(letterId));
    expect(letter).toMatchObject({ status: "replayed", step: "edited" });
    await test.deliver("job-requests");
  });
});

describe("GET /api/operations/{operation_id} of an operation that is not current any more", () => {
  it("answers what it ended as, and never anything else (P3)", async () => {
    const done = await ended("hi");
    const failed = await ended("bad");
    const cancelled = await submit("hi");
    await test.request("POST", `${cancelled.path}/cancel`);
    await test.deliver("job-requests");
    for (const { path, operation, status, ...error } of [
      { ...done, status: "Succeeded" },
      { ...failed, status: "Failed", error: { code: "PDF_ENCRYPTED", message: 'The file "bad" is locked' } },
      { ...cancelled, status: "Canceled" },
    ]) {
      const current = await read(`/api/operations/${operation}`);
      expect(current).toMatchObject({ id: operation, status, resourceLocation: `${ORIGIN}${path}` });
      expect(current["error"]).toEqual((error as { error?: object }).error);
      for (const times of [1, 2]) {
        await regenerate(path, { body: { payload: { text: `${times}` } } });
        await test.deliver("job-requests");
        const old = await test.request("GET", `/api/operations/${operation}`);
        expect(operationViewSchema.strict().parse(old.json)).toEqual(current);
        expect(old.headers.get("retry-after")).toBeNull();
      }
    }
  });

  it("knows none that the job never had, nor of another workspace", async () => {
    const { path, operation } = await ended();
    await regenerate(path);
    await test.deliver("job-requests");
    const other = operation.slice(0, -1) + (operation.endsWith("0") ? "1" : "0");
    const foreign = { headers: { "x-millrace-workspace": "other" } };
    expect(codeOf(await test.request("GET", `/api/operations/${other}`))).toEqual([404, "NOT_FOUND"]);
    expect(codeOf(await test.request("GET", `/api/operations/${operation}`, foreign))).toEqual([404, "NOT_FOUND"]);
  });
});
