import { beforeAll, describe, expect, it } from "@jest/globals";
import { jobViewSchema } from "../../src/contract/job-view.ts";
import { newOperationId } from "../../src/platform/ids.ts";
import { pickyProfile } from "../support/profiles.ts";
import { createTestApp } from "../support/test-app.ts";
import type { RequestOptions, TestApp, TestResponse } from "../support/test-app.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp({ profiles: [pickyProfile()] });
});

interface Submitted {
  readonly id: string;
  readonly path: string;
  readonly operation: string;
}

async function submit(text = "hi"): Promise<Submitted> {
  const { json } = await test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text } } });
  const id = String(json["job_id"]);
  return { id, path: `/api/jobs/${id}`, operation: String(json["operation_id"]) };
}

async function ended(text: string): Promise<Submitted> {
  const job = await submit(text);
  await test.deliver("job-requests");
  return job;
}

const cancel = async (path: string, options?: RequestOptions): Promise<TestResponse> =>
  test.request("POST", `${path}/cancel`, options);

const codeOf = ({ status, json }: TestResponse) => [status, json["code"]];

describe("POST /api/jobs/{job_id}/cancel", () => {
  it.each([
    ["no body at all", {}],
    ["no body, and the media type of one", { headers: { "content-type": "application/json" } }],
    [
      "no body, and the media type that curl gives it",
      { headers: { "content-type": "application/x-www-form-urlencoded" } },
    ],
    ["an empty object", { body: {} }],
    ["a reason", { body: { reason: "x".repeat(512) } }],
  ])("ends the job for good and answers with it: %s", async (_, options) => {
    const { path, id } = await submit();
    const answer = await cancel(path, options);
    expect(answer.status).toBe(200);
    expect(jobViewSchema.strict().parse(answer.json)).toMatchObject({ job_id: id, status: "cancelled", version: 2 });
    expect(answer.headers.get("retry-after")).toBeNull();
    const read = await test.request("GET", path);
    expect(read.json).toEqual(answer.json);
    expect(read.headers.get("etag")).toBe(answer.headers.get("etag"));
  });

  it("is done once however often it is asked for: the same job, the same etag", async () => {
    const { path, operation } = await submit();
    const first = await cancel(path, { body: { reason: "first" } });
    const answers = [await cancel(path), await cancel(path, { body: { reason: "second", operation_id: operation } })];
    for (const again of answers) {
      expect([again.status, again.json]).toEqual([200, first.json]);
      expect(again.headers.get("etag")).toBe(first.headers.get("etag"));
    }
    const { json } = await test.request("GET", `${path}/history`);
    expect(json["value"]).toMatchObject([{ event: "cancelled", reason: "first", actor: "client" }, { version: 1 }]);
  });

  it("never starts a job that it ended: the message finds nothing to do", async () => {
    await test.deliver("job-requests");
    const { path } = await submit();
    const cancelled = await cancel(path);
    expect(await test.deliver("job-requests")).toBe(1);
    expect((await test.request("GET", path)).json).toEqual(cancelled.json);
  });

  it.each([
    ["hi", "completed"],
    ["bad", "failed"],
  ])("says how a job ended that was faster: %s", async (text, status) => {
    const { path, operation } = await ended(text);
    const before = await test.request("GET", path);
    for (const body of [{}, { operation_id: operation }]) {
      const answer = await cancel(path, { body });
      expect(codeOf(answer)).toEqual([409, "JOB_ALREADY_ENDED"]);
      expect(answer.json["detail"]).toContain(`"${status}"`);
    }
    expect((await test.request("GET", path)).json).toEqual(before.json);
  });

  it.each(["queued", "done", "failed", "cancelled"])(
    "refuses to end any operation but the one it is asked to: a job that is %s",
    async (state) => {
      const { id, path, operation } = await submit(state === "failed" ? "bad" : "hi");
      if (state === "cancelled") await cancel(path);
      else if (state !== "queued") await test.deliver("job-requests");
      const answer = await cancel(path, { body: { operation_id: newOperationId(id) } });
      expect(codeOf(answer)).toEqual([409, "OPERATION_SUPERSEDED"]);
      expect(answer.json["detail"]).toContain(operation);
      expect((await test.request("GET", path)).json["phase"]).toBe(state);
    },
  );

  it("knows no job of another workspace, nor one that does not exist: in the same words", async () => {
    const { path } = await submit();
    const foreign = await cancel(path, { headers: { "x-millrace-workspace": "other" } });
    const missing = await cancel(`/api/jobs/job_${"0".repeat(26)}`);
    expect(codeOf(foreign)).toEqual([404, "JOB_NOT_FOUND"]);
    const { trace_id: _one, ...foreignWords } = foreign.json;
    const { trace_id: _other, ...missingWords } = missing.json;
    expect(foreignWords).toEqual(missingWords);
    expect((await test.request("GET", path)).json["status"]).toBe("accepted");
  });

  it.each<[string, RequestOptions, readonly [status: number, code: string]]>([
    ["a reason that is too long", { body: { reason: "x".repeat(513) } }, [422, "VALIDATION_FAILED"]],
    ["a reason with control characters", { body: { reason: "one\u0000two" } }, [422, "VALIDATION_FAILED"]],
    ["a reason that is no text", { body: { reason: 7 } }, [422, "VALIDATION_FAILED"]],
    ["an operation that cannot be one", { body: { operation_id: "op_1" } }, [422, "VALIDATION_FAILED"]],
    ["a field that does not exist", { body: { force: true } }, [400, "UNKNOWN_FIELD"]],
    ["a list", { body: [] }, [400, "BODY_NOT_OBJECT"]],
    ["no JSON", { body: "x", headers: { "content-type": "application/json" } }, [400, "INVALID_JSON"]],
    ["a body of no media type", { body: "{}" }, [415, "UNSUPPORTED_MEDIA_TYPE"]],
    ["a body of another", { body: "{}", headers: { "content-type": "text/plain" } }, [415, "UNSUPPORTED_MEDIA_TYPE"]],
    ["a body in chunks: it does not arrive", { headers: { "transfer-encoding": "chunked" } }, [411, "LENGTH_REQUIRED"]],
  ])("refuses %s, and ends nothing", async (_, options, expected) => {
    const { path } = await submit();
    expect(codeOf(await cancel(path, options))).toEqual(expected);
    expect((await test.request("GET", path)).json["status"]).toBe("accepted");
  });

  it("leaves a job that is not like one that failed: no error, no result, and a place in lists (R-135)", async () => {
    const { id, path } = await submit();
    await cancel(path);
    const { json } = await test.request("GET", path);
    expect([json["error"], json["result"], json["wait_reason"], json["dead_letter_id"]]).toEqual(
      Array(4).fill(undefined),
    );
    const result = await test.request("GET", `${path}/result`);
    expect(codeOf(result)).toEqual([409, "JOB_CANCELLED"]);
    expect(result.headers.get("retry-after")).toBeNull();
    const list = await test.request("GET", "/api/jobs?status=cancelled&limit=100");
    const listed = list.json["value"] as { job_id: string; status: string }[];
    expect(listed.map((job) => job.job_id)).toContain(id);
    expect(new Set(listed.map((job) => job.status))).toEqual(new Set(["cancelled"]));
  });

  it("is seen by whoever reads after it was answered, and wakes whoever waits for the job (P24)", async () => {
    const { path } = await submit();
    const waiting = test.request("GET", `${path}?wait=60`);
    const { json } = await cancel(path);
    expect((await waiting).json).toEqual(json);
  });
});
