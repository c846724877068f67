import { describe, expect, it } from "@jest/globals";
import type { BatchRef } from "../../src/batches/batch.ts";
import { jobIdOf } from "../../src/batches/item.ts";
import { regenerateItem } from "../../src/batches/regenerate-item.ts";
import { regenerateJob } from "../../src/jobs/regenerate.ts";
import { BATCH_QUEUE, JOB_QUEUE, createBatchSite } from "../support/batch-site.ts";
import type { BatchSite } from "../support/batch-site.ts";
import { TRACEPARENT } from "../support/echo-jobs.ts";

const CHAIN = [{ key: "a" }, { key: "b", dependsOn: ["a"] }, { key: "c", dependsOn: ["b"] }] as const;
const FAILING = [{ key: "a", text: "bad" }, ...CHAIN.slice(1)];

/** The job of an item runs again because somebody asked that of the job, with another payload. */
async function replay({ app }: BatchSite, ref: BatchRef, item: { index: number; text: string }): Promise<void> {
  const job = { workspaceId: ref.workspaceId, jobId: jobIdOf({ ...ref, index: item.index }) };
  await regenerateJob(app, { ref: job, payload: { text: item.text }, traceparent: TRACEPARENT });
}

async function standing({ app }: BatchSite, ref: BatchRef): Promise<Record<string, string>> {
  const standings = await app.items.states(ref.batchId);
  const { batch } = await app.batches.require(ref);
  const marked = await app.items.isMarked("active", ref.batchId);
  const items = standings.map(({ key, state, run }) => [key, `${state} ${run}`]);
  return Object.fromEntries([...items, ["batch", marked ? `${batch.phase}, marked` : batch.phase]]) as Record<
    string,
    string
  >;
}

async function opened(site: BatchSite, ...asked: Parameters<BatchSite["submit"]>): Promise<BatchRef> {
  const ref = await site.submit(...asked);
  await site.deliver(site.app, BATCH_QUEUE);
  return ref;
}

/** The end of the first item's job, and of the item: the second and third write of who works on it. */
const ITS_END = 3;
const DEATHS = [ITS_END, ITS_END + 1, ITS_END + 2, ITS_END + 3];

describe("an end whose worker dies before all has followed", () => {
  it.each(DEATHS)("is followed up though the job has run again by itself since: death after write %i", async (nth) => {
    for (let second = 1, wasMet = true; wasMet; second++) {
      const site = await createBatchSite();
      const ref = await opened(site, FAILING);
      await site.withFault("death after", nth, async (app) => site.deliver(app, JOB_QUEUE));
      await replay(site, ref, { index: 0, text: "good" });
      wasMet = await site.withFault("death after", second, async (app) => site.deliver(app, JOB_QUEUE));
      await site.finish(ref);
      const { a, b, c, batch } = await standing(site, ref);
      const follows = ["completed 1 completed 1 completed", "skipped 0 skipped 0 failed"];
      expect(a).toBe("completed 2");
      expect(follows).toContain(`${b} ${c} ${batch}`);
    }
  });

  it.each(DEATHS)("is followed up though the item was run again since: death after write %i", async (nth) => {
    for (const items of [CHAIN, FAILING]) {
      const site = await createBatchSite();
      const ref = await opened(site, items);
      await site.withFault("death after", nth, async (app) => site.deliver(app, JOB_QUEUE));
      await regenerateItem(site.app, { ref, key: "a", dependents: "keep" });
      await site.finish(ref);
      const isWell = items === CHAIN;
      expect(await standing(site, ref)).toEqual({
        a: isWell ? "completed 2" : "failed 2",
        b: isWell ? "completed 1" : "skipped 0",
        c: isWell ? "completed 1" : "skipped 0",
        batch: isWell ? "completed" : "failed",
      });
    }
  });

  it("is followed up by its own hand-off where a later one does not come to it", async () => {
    const site = await createBatchSite();
    const ref = await opened(site, FAILING);
    await site.withFault("death after", ITS_END, async (app) => site.deliver(app, JOB_QUEUE));
    await replay(site, ref, { index: 0, text: "good" });
    // The later end is written down, and its hand-off is gone without more.
    const { items } = site.app;
    const stored = await items.require({ ...ref, index: 0 });
    await items.save([{ ...stored, item: { ...stored.item, state: "completed", run: 2 } }]);
    site.now = new Date(site.now.getTime() + 130_000);
    await site.sweep();
    await site.deliver(site.app, BATCH_QUEUE);
    expect(await standing(site, ref)).toMatchObject({ b: "released 1" });
  });
});

describe("an end of a job that ran again by itself", () => {
  it("completes a batch that was to be stopped because of the end before", async () => {
    const site = await createBatchSite();
    const ref = await opened(site, [{ key: "a", text: "bad" }, { key: "b" }], { policy: "fail_fast" });
    await site.deliver(site.app, JOB_QUEUE);
    expect(await standing(site, ref)).toMatchObject({ a: "failed 1", b: "completed 1", batch: "stopping" });
    await replay(site, ref, { index: 0, text: "good" });
    await site.deliver(site.app, JOB_QUEUE);
    await site.finish(ref);
    expect(await standing(site, ref)).toEqual({ a: "completed 2", b: "completed 1", batch: "completed" });
  });

  it("stops a batch that is still at work, where the first failure stops it", async () => {
    const site = await createBatchSite();
    const join = { key: "c", dependsOn: ["a", "b"] };
    const ref = await opened(site, [{ key: "a" }, { key: "b" }, join], { policy: "fail_fast" });
    const first = { ...ref, jobId: jobIdOf({ ...ref, index: 0 }) };
    await site.workOn(first);
    await replay(site, ref, { index: 0, text: "bad" });
    await site.workOn(first);
    await site.finish(ref);
    expect(await standing(site, ref)).toMatchObject({ a: "failed 2", c: "cancelled 0", batch: "failed" });
  });

  it("leaves what depends on it as it is, though the item was once run again with what depends on it", async () => {
    const site = await createBatchSite();
    const ref = await opened(site, CHAIN);
    await site.settle();
    await regenerateItem(site.app, { ref, key: "a", dependents: "rerun_changed" });
    await site.settle();
    await replay(site, ref, { index: 0, text: "another" });
    await site.settle();
    expect(await standing(site, ref)).toEqual({
      ...{ a: "completed 3", b: "completed 1", c: "completed 1" },
      batch: "completed",
    });
  });
});
