import { beforeAll, describe, expect, it } from "@jest/globals";
import { overviewSchema, repairSchema } from "../../src/contract/operations-view.ts";
import { httpFunctionOf } from "../../src/http/http-function.ts";
import { ROUTES } from "../../src/http/routes.ts";
import { wakeUpKey } from "../../src/jobs/store/due-store.ts";
import { jobKey } from "../../src/jobs/store/job-row.ts";
import { NOTHING } from "../../src/jobs/supervision/supervise.ts";
import { echoProfile } from "../support/profiles.ts";
import { createTestApp } from "../support/test-app.ts";
import type { TestApp } from "../support/test-app.ts";

const submit = { body: { job_type: "echo", payload: { text: "hi" } } };

describe("operators' routes", () => {
  let test: TestApp;
  const jobIds: string[] = [];
  beforeAll(async () => {
    test = await createTestApp({ profiles: [echoProfile()] });
    for (let count = 0; count < 3; count++)
      jobIds.push(String((await test.request("POST", "/api/jobs", submit)).json["job_id"]));
    await test.deliver("job-requests");
    await test.request("DELETE", `/api/jobs/${jobIds[0] ?? ""}`);
  });

  it("ask for the app's master key", () => {
    const routes = ROUTES.filter(({ path }) => path.startsWith("api/ops/"));
    const levels = routes.map((route) => httpFunctionOf(test.app, route).authLevel);
    expect(levels.length).toBeGreaterThan(1);
    expect(new Set(levels)).toEqual(new Set(["admin"]));
  });

  it("show the jobs of all workspaces by status, and books that balance (P30)", async () => {
    await test.request("POST", "/api/jobs", { ...submit, headers: { "x-millrace-workspace": "other" } });
    const { status, json } = await test.request("GET", "/api/ops/overview");
    expect(status).toBe(200);
    expect(overviewSchema.parse(json)).toEqual({
      as_of: expect.stringMatching(/Z$/) as unknown,
      jobs: { accepted: 1, running: 0, completed: 2, failed: 0, cancelled: 0 },
      batches: { accepted: 0, running: 0, completed: 0, failed: 0, cancelled: 0 },
      dead_letters: { open: 0 },
      books: { accepted: 4, gone: 1, balanced: true, unaccounted: [], unrecorded: [], cut_short: false },
    });
    expect((await test.request("GET", "/api/ops/overview")).json["as_of"]).toBe(json["as_of"]);
  });

  it("repair what can be repaired, and say what cannot", async () => {
    const [, mended = "", lost = ""] = jobIds;
    const ref = { workspaceId: "default", jobId: mended };
    const { dueAt } = await test.app.jobs.require(ref);
    await test.app.storage.jobs.delete(wakeUpKey({ ...ref, at: dueAt ?? new Date() }), "*");
    await test.app.storage.jobs.delete(jobKey({ workspaceId: "default", jobId: lost }), "*");
    const { status, json } = await test.request("POST", "/api/ops/repair");
    expect(status).toBe(200);
    const { swept, findings, books, ...rest } = repairSchema.parse(json);
    expect(Object.keys(swept)).toHaveLength(Object.keys(NOTHING).length);
    expect(findings).toEqual(
      expect.arrayContaining([
        { kind: "wake_up_missing", outcome: "mended", count: 1, ids: [mended] },
        { kind: "unaccounted", outcome: "reported", count: 1, ids: [lost] },
      ]),
    );
    expect(books).toMatchObject({ balanced: false, unaccounted: [lost] });
    expect(rest).toEqual({ skipped: 0, cut_short: false });
    const again = repairSchema.parse((await test.request("POST", "/api/ops/repair")).json);
    expect(again.findings.map(({ kind }) => kind)).toEqual(["unaccounted"]);
  });
});
