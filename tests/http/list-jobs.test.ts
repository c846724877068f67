import { beforeAll, describe, expect, it } from "@jest/globals";
import { jobListSchema } from "../../src/contract/job-view.ts";
import { jobKey } from "../../src/jobs/store/job-row.ts";
import { newId } from "../../src/platform/ids.ts";
import { aJob } from "../support/a-job.ts";
import { createTestApp } from "../support/test-app.ts";
import type { TestApp } from "../support/test-app.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const minutes = (count: number) => new Date(START + count * 60_000);

describe("GET /api/jobs", () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await createTestApp();
  });

  /** Stores a job that was created in this minute. */
  async function store(
    workspaceId: string,
    minute: number,
    fields: Partial<Parameters<typeof aJob>[0]> = {},
  ): Promise<string> {
    const createdAt = minutes(minute);
    const jobId = newId("job", createdAt);
    await test.app.jobs.create(aJob({ phase: "queued", ...fields, workspaceId, jobId, createdAt }));
    return jobId;
  }

  async function list(workspace: string, query = ""): Promise<{ ids: string[]; next: string | undefined }> {
    const path = query.startsWith("http") ? query : `/api/jobs${query}`;
    const answer = await test.request("GET", path, { headers: { "x-millrace-workspace": workspace } });
    expect([answer.status, answer.json["code"]]).toEqual([200, undefined]);
    const { value, next_link: next } = jobListSchema.parse(answer.json);
    return { ids: value.map(({ job_id: id }) => id), next };
  }

  async function follow(workspace: string, query: string, between: () => Promise<unknown>): Promise<string[]> {
    const visited: string[] = [];
    for (let next: string | undefined = query; next !== undefined;) {
      const page = await list(workspace, next);
      visited.push(...page.ids);
      next = page.next;
      await between();
    }
    return visited;
  }

  it("is empty where there are none", async () => {
    expect(await list("nobody")).toEqual({ ids: [], next: undefined });
  });

  it("lists newest first, whatever shard a job is in", async () => {
    const ids: string[] = [];
    for (let minute = 0; minute < 40; minute++) ids.unshift(await store("shards", minute));
    expect(new Set(ids.map((id) => id.at(-1))).size).toBeGreaterThan(4);
    expect((await list("shards", "?limit=100")).ids).toEqual(ids);
    expect((await list("shards")).ids).toEqual(ids.slice(0, 20));
  });

  it("leads through all pages to every job once, while new ones come in", async () => {
    const ids: string[] = [];
    for (let minute = 0; minute < 17; minute++) ids.unshift(await store("pages", minute));
    let later = 100;
    expect(await follow("pages", "?limit=5", async () => store("pages", later++))).toEqual(ids);
  });

  it("has no further page behind one that is just full", async () => {
    for (let minute = 0; minute < 4; minute++) await store("full", minute);
    expect((await list("full", "?limit=4")).next).toBeUndefined();
    expect((await list("full", "?limit=3")).next).toContain("limit=3");
  });

  it("leads on with the filters it was asked with", async () => {
    for (let minute = 0; minute < 6; minute++)
      await store("filters", minute, { customerId: minute % 2 ? "odd" : "a&b=c" });
    const visited = await follow("filters", "?limit=1&customer_id=a%26b%3Dc", async () => undefined);
    expect(visited).toHaveLength(3);
  });

  describe("with filters", () => {
    const names: Record<string, string> = {};
    beforeAll(async () => {
      names["queued"] = await store("mixed", 1, { customerId: "o'brien" });
      names["processing"] = await store("mixed", 2, { phase: "processing" });
      names["done"] = await store("mixed", 3, { phase: "done", jobType: "thumbnail" });
      names["failed"] = await store("mixed", 4, { phase: "failed", customerId: "o'brien" });
    });

    it.each([
      ["?status=accepted", ["queued"]],
      ["?status=running", ["processing"]],
      ["?waiting_for=approval", []],
      ["?status=completed", ["done"]],
      ["?status=failed", ["failed"]],
      ["?status=cancelled", []],
      ["?job_type=thumbnail", ["done"]],
      ["?job_type=nope", []],
      ["?customer_id=o'brien", ["failed", "queued"]],
      ["?customer_id=x'%20or%20phase%20ne%20'", []],
      ["?status=failed&customer_id=o'brien", ["failed"]],
      ["?created_after=2026-01-01T00:02:00Z", ["failed", "done"]],
      ["?created_after=2026-01-01T01:01:59.999%2B01:00", ["failed", "done", "processing"]],
      ["?created_after=2027-01-01T00:00:00Z", []],
    ])("answers %s", async (query, expected) => {
      expect((await list("mixed", query)).ids).toEqual(expected.map((name) => names[name]));
    });
  });

  it("keeps results out, which can be large", async () => {
    await store("results", 1, { phase: "done" });
    const { json } = await test.request("GET", "/api/jobs", { headers: { "x-millrace-workspace": "results" } });
    expect((json["value"] as object[])[0]).not.toHaveProperty("result");
  });

  it("shows all others where one row cannot be read, and leads past it", async () => {
    const ids: string[] = [];
    for (let minute = 0; minute < 5; minute++) ids.unshift(await store("broken", minute));
    for (const jobId of [ids[1], ids[4]]) {
      const stored = await test.app.storage.jobs.get(jobKey({ workspaceId: "broken", jobId: jobId ?? "" }));
      if (!stored) throw new Error("there is no row");
      await test.app.storage.jobs.save({ ...stored.row, phase: "nonsense" }, stored.etag);
    }
    const readable = [ids[0], ids[2], ids[3]];
    expect((await list("broken")).ids).toEqual(readable);
    expect(await follow("broken", "?limit=2", async () => undefined)).toEqual(readable);
  });
});
