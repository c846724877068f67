import { describe, expect, it } from "@jest/globals";
import type { StepContext } from "../../src/steps/step-context.ts";
import { echoProfile } from "../support/profiles.ts";
import { createTestApp } from "../support/test-app.ts";

const submit = {
  body: { job_type: "echo", payload: { text: "x".repeat(50_000) } },
  headers: { "idempotency-key": "k" },
};

/** With its wake-up row, and the first line of the history: they go an hour later. */
const TOMBSTONE = 3;

describe("deleteJob()", () => {
  it("removes an ended job with payload, artifact and key, and nothing else (R-020)", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const before = await test.countStored();
    const path = `/api/jobs/${String((await test.request("POST", "/api/jobs", submit)).json["job_id"])}`;
    await test.deliver("job-requests");
    expect(await test.countStored()).toBe(before + 8); // the job, its key, wake-up row and history of three, its payload, its document

    expect((await test.request("DELETE", path)).status).toBe(204);
    expect(await test.countStored()).toBe(before + TOMBSTONE);
    for (const method of ["GET", "DELETE"]) expect((await test.request(method, path)).status).toBe(404);
    const again = await test.request("POST", "/api/jobs", submit);
    expect(again.headers.get("idempotency-replayed")).toBeNull();
  });

  it("removes what attempts that failed have stored, too", async () => {
    const work = async ({ services }: StepContext<unknown, unknown>) => {
      await services.saveArtifact({ name: "half.txt", bytes: Buffer.from("half"), contentType: "text/plain" });
      throw new Error("broken off");
    };
    const test = await createTestApp({ profiles: [echoProfile(work, { maxAttempts: 1 })] });
    const before = await test.countStored();
    const { json } = await test.request("POST", "/api/jobs", submit);
    await test.deliver("job-requests");
    expect((await test.request("DELETE", `/api/jobs/${String(json["job_id"])}`)).status).toBe(204);
    expect(await test.countStored()).toBe(before + TOMBSTONE);
  });

  it("refuses while the job has not ended, and removes nothing", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const { json } = await test.request("POST", "/api/jobs", submit);
    const stored = await test.countStored();
    const answer = await test.request("DELETE", `/api/jobs/${String(json["job_id"])}`);
    expect([answer.status, answer.json["code"]]).toEqual([409, "JOB_NOT_TERMINAL"]);
    expect(await test.countStored()).toBe(stored);
  });

  it("finds no job of another workspace", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const { json } = await test.request("POST", "/api/jobs", submit);
    await test.deliver("job-requests");
    const headers = { "x-millrace-workspace": "other" };
    expect((await test.request("DELETE", `/api/jobs/${String(json["job_id"])}`, { headers })).status).toBe(404);
    expect((await test.request("GET", `/api/jobs/${String(json["job_id"])}`)).status).toBe(200);
  });
});
