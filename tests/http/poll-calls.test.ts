import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { echoProfile } from "../support/profiles.ts";
import { takeStorageAccount } from "../support/storage-account.ts";
import { startStorageProxy } from "../support/storage-proxy.ts";
import type { StorageProxy } from "../support/storage-proxy.ts";
import { createTestApp } from "../support/test-app.ts";
import type { TestApp, TestResponse } from "../support/test-app.ts";

type Service = "table" | "queue" | "blob";

let test: TestApp;
let proxies: Record<Service, StorageProxy>;

beforeAll(async () => {
  const table = await startStorageProxy(takeStorageAccount(), "Table");
  const queue = await startStorageProxy(table.connectionString, "Queue");
  const blob = await startStorageProxy(queue.connectionString, "Blob");
  proxies = { table, queue, blob };
  test = await createTestApp({
    profiles: [echoProfile()],
    environment: { AzureWebJobsStorage: blob.connectionString },
  });
});

afterAll(async () => {
  await Promise.all(Object.values(proxies).map(async (proxy) => proxy.stop()));
});

/** What went over the wire meanwhile, as method and address without the account. */
async function callsOf(work: () => Promise<unknown>): Promise<Record<Service, string[]>> {
  const { table, queue, blob } = proxies;
  const before = [table, queue, blob].map(({ requests }) => requests.length);
  await work();
  const [tables = [], queues = [], blobs = []] = [table, queue, blob].map(({ requests }, index) =>
    requests.slice(before[index]).map((request) =>
      request
        .replace(/ \/\w+\//, " ")
        .replace(/\(Partition.*\)/, "(key)")
        .replace(/\?.*/, ""),
    ),
  );
  return { table: tables, queue: queues, blob: blobs };
}

async function submit(text: string): Promise<TestResponse> {
  return test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text } } });
}

/** @returns its path */
async function ended(text: string): Promise<string> {
  const { json } = await submit(text);
  await test.deliver("job-requests");
  return `/api/jobs/${String(json["job_id"])}`;
}

const LARGE = "ä".repeat(100_000);
const POINT_READ = "GET millracejobs(key)";

describe("the storage calls of GET /api/jobs/{job_id}", () => {
  it.each([
    ["small", "hi"],
    ["large", LARGE],
  ])("are one point read and no blob for a 304, with a %s result", async (_, text) => {
    const path = await ended(text);
    const etag = (await test.request("GET", path)).headers.get("etag") ?? "";
    const calls = await callsOf(async () => {
      const { status } = await test.request("GET", path, { headers: { "if-none-match": etag } });
      expect(status).toBe(304);
    });
    expect(calls).toEqual({ table: [POINT_READ], queue: [], blob: [] });
  });

  it("are one point read for a 200, and the result's blob only if the result is large", async () => {
    const read = async (path: string) =>
      callsOf(async () => {
        expect((await test.request("GET", path)).json["status"]).toBe("completed");
      });
    expect(await read(await ended("hi"))).toEqual({ table: [POINT_READ], queue: [], blob: [] });
    const { table, queue, blob } = await read(await ended(LARGE));
    expect([table, queue, blob.length]).toEqual([[POINT_READ], [], 1]);
  });
});

describe("the storage calls of GET for a job that waits", () => {
  it("are one point read, once the process has read how long such jobs take", async () => {
    const path = `/api/jobs/${String((await submit("hi")).json["job_id"])}`;
    const etag = (await test.request("GET", path)).headers.get("etag") ?? "";
    const calls = await callsOf(async () => {
      expect((await test.request("GET", path, { headers: { "if-none-match": etag } })).status).toBe(304);
    });
    expect(calls).toEqual({ table: [POINT_READ], queue: [], blob: [] });
    await test.deliver("job-requests");
  });
});

describe("the storage calls of a job of one step", () => {
  /** Insert, put; read, claim, complete, delete the message. */
  const CALLS_EACH = 6;
  const JOBS = 16;

  it("stay within a fixed number from POST to its end, apart from receives", async () => {
    const calls = await callsOf(async () => {
      for (let index = 0; index < JOBS; index++) expect((await submit("hi")).status).toBe(202);
      expect(await test.deliver("job-requests")).toBe(JOBS);
    });
    const count = Object.values(calls).flat().length;
    const receives = calls.queue.filter((call) => call.startsWith("GET")).length;
    expect(receives).toBe(1);
    // Not exactly: a machine that stands still for a second brings a job a commit of its progress.
    expect((count - receives) / JOBS).toBeLessThan(CALLS_EACH + 1);
  });
});
