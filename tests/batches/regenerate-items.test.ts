import { describe, expect, it } from "@jest/globals";
import { jobIdOf } from "../../src/batches/item.ts";
import { regenerateItems } from "../../src/batches/regenerate-items.ts";
import { deleteJob } from "../../src/jobs/delete-job.ts";
import { jobKey } from "../../src/jobs/store/job-row.ts";
import { createBatchScene } from "../support/batch-scene.ts";
import { BATCH_QUEUE, createBatchSite } from "../support/batch-site.ts";

const FAILED = { states: ["failed"], dependents: "keep" } as const;

describe("regenerateItems()", () => {
  it("begins a hundred in a call, and says how many are left", async () => {
    const site = await createBatchSite();
    const items = Array.from({ length: 230 }, (_, index) => ({ key: index % 2 === 0 ? `bad${index}` : `k${index}` }));
    const ref = await site.submit(items);
    await site.settle();
    site.begun.length = 0;
    expect(await regenerateItems(site.app, { ref, ...FAILED })).toEqual({ begun: 100, left: 15, refused: [] });
    expect((await site.app.batches.require(ref)).batch.phase).toBe("running");
    expect(await regenerateItems(site.app, { ref, ...FAILED })).toEqual({ begun: 15, left: 0, refused: [] });
    expect(await regenerateItems(site.app, { ref, ...FAILED })).toEqual({ begun: 0, left: 0, refused: [] });
    await site.settle();
    expect(site.begun.sort()).toEqual(items.flatMap(({ key }) => (key.startsWith("bad") ? [key] : [])).sort());
    expect((await site.app.batches.require(ref)).batch.phase).toBe("failed");
  }, 60_000);

  it("begins each once for a key, however often it fails again", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([{ key: "bad1" }, { key: "good" }, { key: "bad2" }]);
    await site.settle();
    const keyed = { ref, ...FAILED, idempotencyKey: "again" };
    expect(await regenerateItems(site.app, keyed)).toMatchObject({ begun: 2, left: 0 });
    await site.settle();
    expect(await regenerateItems(site.app, keyed)).toMatchObject({ begun: 0, left: 0 });
    expect(await regenerateItems(site.app, { ...keyed, idempotencyKey: "once more" })).toMatchObject({ begun: 2 });
    await site.settle();
    const otherwise = { ...keyed, idempotencyKey: "once more", dependents: "rerun_changed" } as const;
    await expect(regenerateItems(site.app, otherwise)).rejects.toMatchObject({ code: "IDEMPOTENCY_MISMATCH" });
  });

  it("passes by what cannot run again, and says why", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([{ key: "bad1" }, { key: "bad2" }]);
    await site.settle();
    await deleteJob(site.app, { ...ref, jobId: jobIdOf({ ...ref, index: 0 }) });
    expect(await regenerateItems(site.app, { ref, ...FAILED })).toMatchObject({
      ...{ begun: 1, left: 0 },
      refused: [{ key: "bad1", error: { code: "JOB_NOT_FOUND" } }],
    });
  });

  it("begins nothing of a batch that is still to be opened", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([{ key: "a" }]);
    await expect(regenerateItems(site.app, { ref, ...FAILED })).rejects.toMatchObject({ code: "ITEM_NOT_ENDED" });
    await site.deliver(site.app, BATCH_QUEUE);
    expect(await regenerateItems(site.app, { ref, ...FAILED })).toEqual({ begun: 0, left: 0, refused: [] });
  });
});

describe("POST /api/batches/{batch_id}/regenerate", () => {
  it("has what failed run again, with what that changes, and answers how much", async () => {
    const scene = await createBatchScene();
    const batchId = await scene.accepted([{ key: "bad" }, { key: "behind", depends_on: ["bad"] }, { key: "good" }]);
    await scene.settle();
    expect(await scene.statuses(batchId)).toEqual({ bad: "failed", behind: "skipped", good: "completed" });
    const { status, json, headers } = await scene.request("POST", `/api/batches/${batchId}/regenerate`, {
      body: { status: ["failed"], dependents: "rerun_changed" },
    });
    expect(status).toBe(202);
    expect(json).toEqual({ batch_id: batchId, status_url: headers.get("location"), begun: 1, left: 0, refused: [] });
    expect(await scene.statuses(batchId)).toMatchObject({ bad: "accepted" });
    await scene.settle();
    const body = { status: ["completed"] };
    expect((await scene.request("POST", `/api/batches/${batchId}/regenerate`, { body })).status).toBe(422);
  });
});

describe("GET /api/batches/{batch_id}?status=", () => {
  it("shows the items of these statuses alone, page by page, and counts all", async () => {
    const scene = await createBatchScene();
    const keys = ["bad1", "k1", "bad2", "k2", "bad3"];
    const batchId = await scene.accepted(keys.map((key) => ({ key })));
    await scene.settle();
    const page = async (path: string) => {
      const { json } = await scene.request("GET", path);
      const items = json["items"] as readonly { readonly key: string }[];
      return { keys: items.map(({ key }) => key), next: json["next_link"], counts: json["counts"] };
    };
    const first = await page(`/api/batches/${batchId}?status=failed&limit=2`);
    expect(first).toMatchObject({ keys: ["bad1", "bad2"], counts: { failed: 3, completed: 2 } });
    expect(await page(String(first.next))).toMatchObject({ keys: ["bad3"], next: undefined });
    expect((await page(`/api/batches/${batchId}?status=completed,failed`)).keys).toEqual(keys);
    expect((await page(`/api/batches/${batchId}?status=running,blocked`)).keys).toEqual([]);
    expect((await scene.request("GET", `/api/batches/${batchId}?status=done`)).status).toBe(400);
  });

  it("tells items whose job waits from those whose job somebody is at", async () => {
    const scene = await createBatchScene();
    const keys = Array.from({ length: 20 }, (_, index) => `r${index}`);
    const batchId = await scene.accepted([...keys, "k"].map((key) => ({ key })));
    await scene.deliver("batch-requests");
    const key = jobKey({ workspaceId: "default", jobId: jobIdOf({ batchId, index: 0 }) });
    const stored = await scene.app.storage.jobs.get(key);
    await scene.app.storage.jobs.save({ ...key, ...stored?.row, phase: "processing" }, "*");
    const keysOf = async (status: string) => {
      const { json } = await scene.request("GET", `/api/batches/${batchId}?status=${status}`);
      return (json["items"] as readonly { readonly key: string }[]).map((item) => item.key);
    };
    expect(await keysOf("accepted")).toEqual([...keys.slice(1), "k"]);
    expect(await keysOf("running")).toEqual(["r0"]);
  });
});
