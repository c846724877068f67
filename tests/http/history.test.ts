import { beforeAll, describe, expect, it } from "@jest/globals";
import { historyViewSchema } from "../../src/contract/history-view.ts";
import type { HistoryEntryView } from "../../src/contract/history-view.ts";
import { historyKey } from "../../src/jobs/store/history.ts";
import { pickyProfile } from "../support/profiles.ts";
import { createTestApp } from "../support/test-app.ts";
import type { TestApp } from "../support/test-app.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp({ profiles: [pickyProfile()] });
});

async function submit(text = "hi"): Promise<{ readonly id: string; readonly path: string }> {
  const { json } = await test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text } } });
  return { id: String(json["job_id"]), path: `/api/jobs/${String(json["job_id"])}` };
}

async function historyOf(path: string, query = ""): Promise<{ value: HistoryEntryView[]; next: string | undefined }> {
  const url = query.startsWith("http") ? query : `${path}/history${query}`;
  const { json } = await test.request("GET", url);
  const { value, next_link: next } = historyViewSchema.parse(json);
  return { value, next };
}

/** Of each line but the first: it goes on where the one before led to, and later. */
function expectStory(entries: readonly HistoryEntryView[]): void {
  const story = [...entries].reverse();
  expect(story[0]).toMatchObject({ version: 1, event: "accepted", to: "queued", actor: "client", attempt: 0 });
  expect(story[0]?.from).toBeUndefined();
  for (const [index, entry] of story.slice(1).entries()) {
    expect(entry.from).toBe(story[index]?.to);
    expect(entry.version).toBeGreaterThan(story[index]?.version ?? Infinity);
    expect(entry.at >= (story[index]?.at ?? "~")).toBe(true);
  }
}

describe("GET /api/jobs/{job_id}/history", () => {
  it("tells of every transition once, newest first, and of progress nothing (P4, R-040)", async () => {
    const { path } = await submit("bad");
    await test.deliver("job-requests");
    await test.request("POST", `${path}/regenerate`, { body: { payload: { text: "good" } } });
    await test.deliver("job-requests");
    await test.request("POST", `${path}/regenerate`);
    await test.request("POST", `${path}/cancel`, { body: { reason: "enough" } });
    const { value, next } = await historyOf(path);
    expect(next).toBeUndefined();
    expectStory(value);
    expect(value.map(({ event, from, to, actor }) => [event, from, to, actor])).toEqual([
      ["cancelled", "queued", "cancelled", "client"],
      ["regenerated", "done", "queued", "client"],
      ["completed", "processing", "done", "worker"],
      ["claimed", "queued", "processing", "worker"],
      ["regenerated", "failed", "queued", "client"],
      ["gave_up", "processing", "failed", "worker"],
      ["claimed", "queued", "processing", "worker"],
      ["accepted", undefined, "queued", "client"],
    ]);
    expect(value[0]).toMatchObject({ reason: "enough", attempt: 0 });
    expect(value[5]?.error).toEqual({
      ...{ code: "PDF_ENCRYPTED", message: 'The file "bad" is locked' },
      ...{ kind: "permanent", retryable: false },
    });
    expect(value.filter(({ error }) => error)).toHaveLength(1);
    expect(new Set(value.map(({ operation_id: id }) => id)).size).toBe(3);
    const { json } = await test.request("GET", path);
    expect(value[0]?.version).toBe(json["version"]);
  });

  it("only grows: what was told once is told again in the same words", async () => {
    const { path } = await submit();
    let { value: before } = await historyOf(path);
    const steps = [
      async () => test.deliver("job-requests"),
      async () => test.request("POST", `${path}/regenerate`),
      async () => test.request("POST", `${path}/cancel`),
    ];
    for (const step of steps) {
      await step();
      const { value } = await historyOf(path);
      expect(value.length).toBeGreaterThan(before.length);
      expect(value.slice(-before.length)).toEqual(before);
      before = value;
    }
  });

  it("comes in pages that go on behind the last line, though new lines come in", async () => {
    const { path } = await submit();
    for (let times = 0; times < 3; times++) {
      await test.request("POST", `${path}/cancel`);
      await test.request("POST", `${path}/regenerate`);
    }
    const { value: whole } = await historyOf(path, "?limit=100");
    expect(whole).toHaveLength(7);
    const pages: HistoryEntryView[][] = [];
    for (let next: string | undefined = "?limit=3"; next !== undefined;) {
      const page = await historyOf(path, next);
      pages.push(page.value);
      next = page.next;
      await test.request("POST", `${path}/cancel`);
    }
    expect(pages.map(({ length }) => length)).toEqual([3, 3, 1]);
    expect(pages.flat()).toEqual(whole);
  });

  it("passes over a line that cannot be read", async () => {
    const { id, path } = await submit();
    await test.request("POST", `${path}/cancel`);
    const key = historyKey({ workspaceId: "default", jobId: id }, 2);
    const stored = await test.app.storage.jobs.get(key);
    await test.app.storage.jobs.save({ ...key, to: "nowhere" }, stored?.etag ?? "");
    expect((await historyOf(path)).value.map(({ version }) => version)).toEqual([1]);
    expect((await historyOf(path, "?limit=1")).next).toContain("cursor=2");
  });

  it("is as private as the job, and shows one job's lines only", async () => {
    const { path } = await submit();
    await submit();
    expect((await historyOf(path)).value).toHaveLength(1);
    const foreign = await test.request("GET", `${path}/history`, { headers: { "x-millrace-workspace": "other" } });
    expect([foreign.status, foreign.json["code"]]).toEqual([404, "JOB_NOT_FOUND"]);
  });

  it.each(["?limit=0", "?limit=101", "?cursor=x", "?cursor=0", "?after=1"])("refuses %s", async (query) => {
    const { path } = await submit();
    expect((await test.request("GET", `${path}/history${query}`)).status).toBe(400);
  });
});
