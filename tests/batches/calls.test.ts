import { describe, expect, it } from "@jest/globals";
import { jobIdOf } from "../../src/batches/item.ts";
import { envelopeOf } from "../../src/jobs/store/dispatch.ts";
import { receiveMessage } from "../../src/jobs/work/receive-message.ts";
import { createBatchSite } from "../support/batch-site.ts";
import type { BatchSite } from "../support/batch-site.ts";
import { submitEcho } from "../support/echo-jobs.ts";

/** How many requests it takes to work on the job of an item, and to do what follows from its end. */
async function callsOf(
  site: BatchSite,
  ref: { readonly workspaceId: string; readonly jobId: string },
): Promise<number> {
  const { job } = await site.app.jobs.require(ref);
  const setAside = async (): Promise<never> => Promise.reject(new Error("set aside"));
  site.countRequests();
  await receiveMessage({ ...site.app, setAside }, envelopeOf(job));
  return site.countRequests();
}

async function callsOfFirst(count: number, dependsOn: (index: number) => readonly string[]): Promise<number> {
  const site = await createBatchSite();
  const items = Array.from({ length: count }, (_, index) => ({ key: `k${index}`, dependsOn: dependsOn(index) }));
  const ref = await site.submit(items);
  await site.deliver(site.app, "batch-requests");
  return callsOf(site, { ...ref, jobId: jobIdOf({ ...ref, index: 0 }) });
}

/** What a job takes that is of no batch. */
async function callsOfPlain(): Promise<number> {
  const site = await createBatchSite();
  return callsOf(site, await submitEcho(site.app));
}

describe("the calls that the end of an item costs", () => {
  it("are none for a job of no batch: reading it, taking it and ending it", async () => {
    expect(await callsOfPlain()).toBe(3);
  });

  it("are four where nothing depends on it, however large the batch is", async () => {
    const plain = await callsOfPlain();
    // The item; its end; whether any is at work; its hand-off. And for the batch's own end: the batch, whether an
    // item is about to run again, whether any is at work still, how it ended, and that.
    expect((await callsOfFirst(2, () => [])) - plain).toBe(4);
    expect((await callsOfFirst(300, () => [])) - plain).toBe(4);
    expect((await callsOfFirst(1, () => [])) - plain).toBe(9);
  });

  it("depend on how many wait for it alone, and on what else those wait for", async () => {
    const plain = await callsOfPlain();
    const hub = (children: number) => (index: number) => (index > 0 && index <= children ? ["k0"] : []);
    const one = (await callsOfFirst(2, hub(1))) - plain;
    const ten = (await callsOfFirst(11, hub(10))) - plain;
    // To the four: each child's row, its job and its message; and one release for all of them.
    expect(one).toBe(4 + 1 + 3);
    expect(ten).toBe(4 + 1 + 10 * 3);
    expect((await callsOfFirst(400, hub(10))) - plain).toBe(ten);
    // A child that waits for another still: its row, the other's row, and the mark that goes by itself.
    const join = (index: number) => (index === 2 ? ["k0", "k1"] : []);
    expect((await callsOfFirst(3, join)) - plain).toBe(4 + 3);
  });
});
