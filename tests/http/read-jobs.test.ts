import { beforeAll, describe, expect, it } from "@jest/globals";
import { jobViewSchema, operationViewSchema } from "../../src/contract/job-view.ts";
import { pickyProfile } from "../support/profiles.ts";
import { createTestApp } from "../support/test-app.ts";
import type { TestApp, TestResponse } from "../support/test-app.ts";

let test: TestApp;
beforeAll(async () => {
  const work = async ({ payload }: { payload: { text: string } }) =>
    payload.text === "large" ? { text: "ä".repeat(100_000) } : payload;
  test = await createTestApp({ profiles: [pickyProfile(work)] });
});

const get = async (path: string, headers: Record<string, string> = {}): Promise<TestResponse> =>
  test.request("GET", path, { headers });

async function submit(text = "hi"): Promise<{ id: string; path: string; operation: string }> {
  const { json } = await test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text } } });
  const id = String(json["job_id"]);
  return { id, path: `/api/jobs/${id}`, operation: `/api/operations/${String(json["operation_id"])}` };
}

async function ended(text?: string): Promise<Awaited<ReturnType<typeof submit>>> {
  const job = await submit(text);
  await test.deliver("job-requests");
  return job;
}

describe("GET /api/jobs/{job_id}", () => {
  it("answers with the whole truth, as the contract has it", async () => {
    for (const text of ["hi", "bad"]) {
      const answer = await get((await ended(text)).path);
      expect(answer.headers.get("retry-after")).toBeNull();
      expect(jobViewSchema.strict().parse(answer.json)).toEqual(answer.json);
    }
    const waiting = await get((await submit()).path);
    expect(Number(waiting.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(jobViewSchema.strict().parse(waiting.json)).toEqual(waiting.json);
  });

  it("answers 304 while it is as the client knows it, and 200 once it is not", async () => {
    const { path } = await submit();
    const etag = (await get(path)).headers.get("etag") ?? "";
    for (const header of [etag, etag.replace("W/", ""), `"other", ${etag}`, "*"]) {
      const same = await get(path, { "if-none-match": header });
      expect([same.status, same.text, same.headers.get("etag")]).toEqual([304, "", etag]);
      expect(same.headers.get("content-type")).toBeNull();
    }
    await test.deliver("job-requests");
    const changed = await get(path, { "if-none-match": etag });
    expect([changed.status, changed.json["status"]]).toEqual([200, "completed"]);
    expect(changed.headers.get("etag")).not.toBe(etag);
  });

  it("answers 304 without reading the result", async () => {
    const { id, path } = await ended("large");
    const etag = (await get(path)).headers.get("etag") ?? "";
    const { job } = await test.app.jobs.require({ workspaceId: "default", jobId: id });
    if (job.phase !== "done" || !("blob" in job.result)) throw new Error("the result is not in a blob");
    await test.app.content.delete(job.result.blob);
    expect((await get(path, { "if-none-match": etag })).status).toBe(304);
    expect((await get(path)).status).toBe(503);
  });

  it("lets no cache hand one client's job to another", async () => {
    expect((await get((await submit()).path)).headers.get("cache-control")).toBe("private, no-cache");
  });
});

describe("GET /api/jobs/{job_id}?wait=N", () => {
  it("answers as soon as the version changes", async () => {
    const { path } = await submit();
    const waiting = get(`${path}?wait=60`);
    await test.deliver("job-requests");
    const answer = await waiting;
    expect(answer.status).toBe(200);
    expect(answer.json["version"]).toBeGreaterThan(1);
  });

  it("answers with what is there when the time is over", async () => {
    const { path } = await submit();
    const started = performance.now();
    const answer = await get(`${path}?wait=1`);
    expect(performance.now() - started).toBeGreaterThanOrEqual(990);
    expect(answer.json).toMatchObject({ status: "accepted", version: 1 });
    const etag = answer.headers.get("etag") ?? "";
    expect((await get(`${path}?wait=1`, { "if-none-match": etag })).status).toBe(304);
    await test.deliver("job-requests");
  });

  it.each([
    ["has ended", {}],
    ["is newer than the client knows it", { "if-none-match": '"old"' }],
  ])("answers at once when the job %s", async (_, headers) => {
    const { path } = await ended();
    const started = performance.now();
    expect((await get(`${path}?wait=60`, headers)).status).toBe(200);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe("GET /api/jobs/{job_id}/result", () => {
  it.each(["hi", "large"])("gives the result of a job that is done: %s", async (text) => {
    const { id, path } = await ended(text);
    const { status, json } = await get(`${path}/result`);
    expect(status).toBe(200);
    expect(json).toEqual((await get(path)).json["result"]);
    expect(String(json["text"])).toHaveLength(text === "large" ? 100_000 : 2);
    expect(json["artifactUrl"]).toBe(`http://localhost:7071${path}/artifacts/${id}.json`);
  });

  it("asks to come back while the job goes on", async () => {
    const { path } = await submit();
    const answer = await get(`${path}/result`);
    expect([answer.status, answer.json["code"]]).toEqual([409, "JOB_NOT_TERMINAL"]);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    await test.deliver("job-requests");
  });

  it("says why a job that failed has none", async () => {
    const answer = await get(`${(await ended("bad")).path}/result`);
    expect([answer.status, answer.json["code"]]).toEqual([409, "JOB_FAILED"]);
    expect(answer.json["detail"]).toBe('PDF_ENCRYPTED: The file "bad" is locked');
    expect(answer.headers.get("retry-after")).toBeNull();
  });
});

describe("GET /api/jobs/{job_id}/artifacts/{name}", () => {
  it("gives the stored document to keep, and lets no browser guess or run it", async () => {
    const { id, path } = await ended();
    const answer = await get(`${path}/artifacts/${id}.json`);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "application/json",
      "content-disposition": `attachment; filename="${id}.json"`,
      "x-content-type-options": "nosniff",
    });
    expect(answer.json).toMatchObject({ job_id: id, job_type: "echo", profile_version: 1, result: { text: "hi" } });
  });

  it.each(["nope.json", "..%2f..%2fpayloads", "%2e%2e", "..%5c", "a%00b", "constructor"])("has no %s", async (name) => {
    const { path } = await ended();
    const answer = await get(`${path}/artifacts/${name}`);
    expect(answer.status).toBe(404);
  });

  it("has none before the job is done, and none for another workspace", async () => {
    const waiting = await submit();
    expect((await get(`${waiting.path}/artifacts/${waiting.id}.json`)).status).toBe(404);
    await test.deliver("job-requests");
    const url = `${waiting.path}/artifacts/${waiting.id}.json`;
    expect((await get(url)).status).toBe(200);
    expect((await get(url, { "x-millrace-workspace": "other" })).json["code"]).toBe("JOB_NOT_FOUND");
  });
});

describe("GET /api/operations/{operation_id}", () => {
  it("says in Azure's words where the job is", async () => {
    const { id, path, operation } = await submit();
    const read = async (at: string) => operationViewSchema.strict().parse((await get(at)).json);
    const resourceLocation = `http://localhost:7071${path}`;
    expect(await read(operation)).toMatchObject({ status: "NotStarted", resourceLocation });
    const stored = await test.app.jobs.require({ workspaceId: "default", jobId: id });
    const leaseUntil = new Date(0);
    const processing = { ...stored.job, phase: "processing", claimId: "c", leaseUntil, startedAt: leaseUntil } as const;
    await test.app.jobs.save(processing, stored);
    expect((await read(operation)).status).toBe("Running");
    await test.deliver("job-requests");
    expect((await read(operation)).status).toBe("Succeeded");
    expect(await read((await ended("bad")).operation)).toMatchObject({
      status: "Failed",
      error: { code: "PDF_ENCRYPTED", message: 'The file "bad" is locked' },
    });
  });

  it("knows no operation that the job never had, and none of another workspace", async () => {
    const { operation } = await ended();
    const other = operation.slice(0, -1) + (operation.endsWith("0") ? "1" : "0");
    expect((await get(other)).json["code"]).toBe("NOT_FOUND");
    expect((await get(operation, { "x-millrace-workspace": "other" })).json["code"]).toBe("NOT_FOUND");
  });
});
