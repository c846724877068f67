import { describe, expect, it } from "@jest/globals";
import { jobIdOf } from "../../src/batches/item.ts";
import { readBatch } from "../../src/batches/read-batch.ts";
import { jobKey } from "../../src/jobs/store/job-row.ts";
import { mapAtOnce } from "../../src/platform/at-once.ts";
import { createBatchSite } from "../support/batch-site.ts";

describe("readBatch()", () => {
  it("counts what is at work, however much of it there is", async () => {
    const site = await createBatchSite();
    const items = Array.from({ length: 1_100 }, (_, index) => ({ key: `k${index}` }));
    const ref = await site.submit(items);
    await site.deliver(site.app, "batch-requests");
    const { jobs } = site.app.storage;
    await mapAtOnce([...items.keys()].slice(20), 16, async (index) => {
      const key = jobKey({ ...ref, jobId: jobIdOf({ ...ref, index }) });
      const stored = await jobs.get(key);
      if (stored) await jobs.save({ ...stored.row, phase: "processing" }, stored.etag);
    });
    const { counts } = await readBatch(site.app, ref, { limit: 1 });
    expect(counts).toEqual({ accepted: 20, running: 1_080 });
  }, 60_000);
});
