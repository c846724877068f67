import { describe, expect, it } from "@jest/globals";
import type { ItemStore } from "../../src/batches/item-store.ts";
import { jobIdOf } from "../../src/batches/item.ts";
import { BATCH_QUEUE, createBatchSite } from "../support/batch-site.ts";

describe("the end of a batch", () => {
  it("is dated behind the ends of its items, however late one of them is written down", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([{ key: "a" }, { key: "b" }]);
    await site.deliver(site.app, BATCH_QUEUE);
    const jobOf = (index: number) => ({ ...ref, jobId: jobIdOf({ ...ref, index }) });
    const { items } = site.app;
    let isFirst = true;
    const save: ItemStore["save"] = async (...write) => {
      if (isFirst) {
        isFirst = false;
        site.now = new Date(site.now.getTime() + 60_000);
        await site.workOn(jobOf(1));
      }
      return items.save(...write);
    };
    Object.assign(site.app, { items: { ...items, save } });
    await site.workOn(jobOf(0));
    const { batch } = await site.app.batches.require(ref);
    const late = (await site.app.jobs.require(jobOf(1))).job;
    expect(batch.phase).toBe("completed");
    expect(late.updatedAt).toEqual(site.now);
    expect([batch.endedAt, batch.updatedAt]).toEqual([site.now, site.now]);
  });

  it("dates what is skipped when that is decided", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([
      { key: "a", text: "bad" },
      { key: "b", dependsOn: ["a"] },
    ]);
    await site.deliver(site.app, BATCH_QUEUE);
    // The worker dies when the end is written: claim, end of the job.
    await site.withFault("death after", 2, async (app) => site.deliver(app, "job-requests"));
    site.now = new Date(site.now.getTime() + 130_000);
    await site.sweep();
    await site.deliver(site.app, BATCH_QUEUE);
    const [a, b] = await Promise.all(
      [0, 1].map(async (index) => (await site.app.items.require({ ...ref, index })).item),
    );
    expect(a?.endedAt?.getTime()).toBeLessThan(site.now.getTime());
    expect(b).toMatchObject({ state: "skipped", endedAt: site.now });
  });
});
