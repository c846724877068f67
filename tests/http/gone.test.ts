import { beforeAll, describe, expect, it } from "@jest/globals";
import type { JobRef } from "../../src/jobs/life/job.ts";
import { buryJob, purgeJob } from "../../src/jobs/supervision/purge-job.ts";
import { echoProfile } from "../support/profiles.ts";
import { createTestApp } from "../support/test-app.ts";
import type { TestApp } from "../support/test-app.ts";

const submit = { body: { job_type: "echo", payload: { text: "hi" } }, headers: { "idempotency-key": "k" } };

/** What can be asked of a job. */
const ASKED = [
  ["GET", ""],
  ["GET", "/result"],
  ["GET", "/history"],
  ["GET", "/artifacts/result.json"],
  ["POST", "/cancel"],
  ["POST", "/regenerate"],
  ["DELETE", ""],
] as const;

describe("a job that is gone", () => {
  let test: TestApp;
  let ref: JobRef;
  beforeAll(async () => {
    test = await createTestApp({ profiles: [echoProfile()] });
    const { json } = await test.request("POST", "/api/jobs", submit);
    ref = { workspaceId: "default", jobId: String(json["job_id"]) };
    await test.deliver("job-requests");
    await purgeJob(test.app, await test.app.jobs.require(ref));
  });

  const ask = async (method: string, path: string, jobId = ref.jobId) =>
    test.request(method, `/api/jobs/${jobId}${path}`, method === "POST" ? { body: {} } : {});

  it.each(ASKED)("is 410 after its retention: %s %s (R-042)", async (method, path) => {
    const answer = await ask(method, path);
    expect([answer.status, answer.json["code"]]).toEqual([410, "GONE"]);
  });

  it("stands in no list, and gives its key to another", async () => {
    const next = await test.request("POST", "/api/jobs", submit);
    expect(next.status).toBe(202);
    expect(next.headers.get("idempotency-replayed")).toBeNull();
    for (const query of ["", "?status=completed", "?limit=1"]) {
      const { json } = await test.request("GET", `/api/jobs${query}`);
      expect(JSON.stringify(json)).not.toContain(ref.jobId);
    }
  });

  it("is 404 for any other workspace, and for all once it is forgotten", async () => {
    const headers = { "x-millrace-workspace": "other" };
    expect((await test.request("GET", `/api/jobs/${ref.jobId}`, { headers })).status).toBe(404);
    const found = await test.app.jobs.find(ref);
    if (!found || "job" in found) throw new Error("there is no tombstone");
    await test.app.tombstones.forget(found);
    for (const [method, path] of ASKED) {
      const answer = await ask(method, path);
      expect([answer.status, answer.json["code"]]).toEqual([404, "JOB_NOT_FOUND"]);
    }
  });

  it.each(ASKED)("is 404 at once when its client has deleted it: %s %s", async (method, path) => {
    const { json } = await test.request("POST", "/api/jobs", { body: submit.body });
    const jobId = String(json["job_id"]);
    await buryJob(test.app, await test.app.jobs.require({ workspaceId: "default", jobId }), "deleted");
    const answer = await ask(method, path, jobId);
    expect([answer.status, answer.json["code"]]).toEqual([404, "JOB_NOT_FOUND"]);
  });
});
