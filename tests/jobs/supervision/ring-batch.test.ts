import { describe, expect, it } from "@jest/globals";
import { superviseJobs } from "../../../src/jobs/supervision/supervise.ts";
import { BATCH_QUEUE, JOB_QUEUE, createBatchSite } from "../../support/batch-site.ts";
import type { BatchSite } from "../../support/batch-site.ts";
import { collectLog } from "../../support/sinks.ts";

/** What is logged of rings in two hours in which nobody takes a message. */
async function unheard(site: BatchSite): Promise<string[]> {
  const { sink, lines } = collectLog();
  for (let minutes = 0; minutes < 120; minutes++) {
    site.now = new Date(site.now.getTime() + 60_000);
    await superviseJobs(site.app, sink);
  }
  return lines.filter((line) => line.includes("rung for") || line.includes("does not come on"));
}

describe("ringBatch()", () => {
  it("tells a person of a batch that does not come on, from the fifth ring on", async () => {
    const site = await createBatchSite();
    const { batchId } = await site.submit([{ key: "a" }]);
    const lines = await unheard(site);
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["info", "info", "info", "info", "error", "error"]);
    expect(lines[4]).toMatch(new RegExp(`batch does not come on.*${batchId}.*"rings":5`));
  });

  it("tells nobody of one whose jobs only take their time", async () => {
    const site = await createBatchSite();
    await site.submit([{ key: "a" }]);
    await site.deliver(site.app, BATCH_QUEUE);
    const lines = await unheard(site);
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.filter((line) => line.startsWith("error"))).toEqual([]);
  });

  it("tells a person of a hand-off that nobody does", async () => {
    const site = await createBatchSite();
    await site.submit([{ key: "a" }]);
    await site.deliver(site.app, BATCH_QUEUE);
    expect(await site.withFault("death after", 2, async (app) => site.deliver(app, JOB_QUEUE))).toBe(true);
    const lines = (await unheard(site)).filter((line) => line.includes("hand-off"));
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["warn", "warn", "warn", "warn", "error", "error"]);
  });
});
