import { describe, expect, it } from "@jest/globals";
import { batchKey } from "../../src/batches/batch-store.ts";
import { batchFolder } from "../../src/batches/plan.ts";
import { WAKE_UP_KIND } from "../../src/jobs/store/due-store.ts";
import { checkConsistency } from "../../src/operations/check-consistency.ts";
import type { Report } from "../../src/operations/check-consistency.ts";
import { newId } from "../../src/platform/ids.ts";
import { partitionOfId, rowKeyOf } from "../../src/platform/partitions.ts";
import { JOB_QUEUE, createBatchSite } from "../support/batch-site.ts";
import type { BatchSite } from "../support/batch-site.ts";
import { collectLog } from "../support/sinks.ts";

async function check({ app }: BatchSite): Promise<Report> {
  return checkConsistency(app, { sink: collectLog().sink, withinMs: 60_000 });
}

describe("the consistency check, where there are batches", () => {
  it("finds nothing wrong with them, whatever they are at", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([{ key: "a" }, { key: "b", dependsOn: ["a"] }]);
    expect((await check(site)).findings).toEqual({});
    await site.settle(["batch-requests"]);
    expect((await check(site)).findings).toEqual({});
    await site.withFault("death after", 2, async (app) => site.deliver(app, JOB_QUEUE)); // A hand-off is left over.
    expect((await check(site)).findings).toEqual({});
    await site.finish(ref);
    const { findings, books } = await check(site);
    expect(findings).toEqual({});
    expect(books).toMatchObject({ accepted: 2, jobs: { completed: 2 }, batches: { accepted: 0, completed: 1 } });
  });

  it("puts a wake-up row back that is missing", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([{ key: "a" }]);
    const { dueAt } = await site.app.batches.require(ref);
    const rowKey = rowKeyOf(WAKE_UP_KIND, dueAt.toISOString(), ref.workspaceId, ref.batchId);
    const key = { partitionKey: partitionOfId(ref.batchId), rowKey };
    await site.app.storage.jobs.delete(key, "*");
    expect((await check(site)).findings).toMatchObject({ wakeUpMissing: { count: 1, ids: [ref.batchId] } });
    expect(await site.app.storage.jobs.get(key)).toBeDefined();
  });

  it("removes lines of history and keys of a batch that is not there, and leaves those of one that is", async () => {
    const site = await createBatchSite();
    await site.submit([{ key: "a" }], { idempotencyKey: "kept" });
    const ref = await site.submit([{ key: "a" }], { idempotencyKey: "lost" });
    const { batch, dueAt } = await site.app.batches.require(ref);
    await site.app.storage.jobs.delete(batchKey(ref), "*");
    await site.app.batches.dropWakeUp(ref, dueAt);
    await site.app.content.delete(batch.plan);
    const ids = [ref.batchId];
    expect((await check(site)).findings).toEqual({ keyOfNothing: { count: 1, ids }, lineOfNothing: { count: 1, ids } });
    expect((await check(site)).findings).toEqual({});
  });

  it("deletes the document of a batch that is not there, once it is old", async () => {
    const site = await createBatchSite();
    const name = `${batchFolder({ workspaceId: "default", batchId: newId("batch", site.now) })}/lost.json`;
    await site.app.content.put(name, Buffer.from("{}"), "application/json");
    expect((await check(site)).findings).toEqual({});
    site.now = new Date(site.now.getTime() + 2 * 3_600_000);
    expect((await check(site)).findings).toMatchObject({ blobOfNothing: { ids: [name] } });
    expect(await site.app.content.exists(name)).toBe(false);
  });
});
