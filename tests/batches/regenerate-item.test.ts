import { describe, expect, it } from "@jest/globals";
import { isOver } from "../../src/batches/batch-phases.ts";
import { evolveBatch } from "../../src/batches/batch.ts";
import type { BatchRef } from "../../src/batches/batch.ts";
import { cancelBatch } from "../../src/batches/cancel-batch.ts";
import { endIfOver } from "../../src/batches/end-batch.ts";
import type { ItemStore } from "../../src/batches/item-store.ts";
import { jobIdOf } from "../../src/batches/item.ts";
import { regenerateItem } from "../../src/batches/regenerate-item.ts";
import type { SubmitBatchCommand } from "../../src/batches/submit-batch.ts";
import { sweepBatch } from "../../src/batches/sweep-batch.ts";
import { cancelJob } from "../../src/jobs/cancel.ts";
import { deleteJob } from "../../src/jobs/delete-job.ts";
import { regenerateJob } from "../../src/jobs/regenerate.ts";
import { BATCH_QUEUE, JOB_QUEUE, createBatchSite } from "../support/batch-site.ts";
import type { BatchSite } from "../support/batch-site.ts";
import { TRACEPARENT } from "../support/echo-jobs.ts";

const echo = { jobType: "echo", wishes: {} } as const;
const taking = (key: string) => ({ text: { $from: key, path: "/text" } });

/** a feeds b, b feeds c; d depends on a and takes nothing of it. */
const FED = [
  { key: "a", dependsOn: [], ...echo, payload: { text: "one" } },
  { key: "b", dependsOn: ["a"], ...echo, payload: taking("a") },
  { key: "c", dependsOn: ["b"], ...echo, payload: taking("b") },
  { key: "aside", dependsOn: [], ...echo, payload: { text: "aside" } },
];

async function runsOf({ app }: BatchSite, { batchId }: BatchRef): Promise<Record<string, string>> {
  const standings = await app.items.states(batchId);
  return Object.fromEntries(standings.map(({ key, state, run }) => [key, `${state} ${run}`]));
}

async function ended(
  items: SubmitBatchCommand["items"] = FED,
): Promise<{ readonly site: BatchSite; readonly ref: BatchRef }> {
  const site = await createBatchSite();
  const ref = await site.submit([], { items });
  await site.settle();
  expect((await site.app.batches.require(ref)).batch.phase).toBe("completed");
  site.begun.length = 0;
  return { site, ref };
}

/** The job of the first item comes to something else from now on. */
async function changeFirst({ app }: BatchSite, ref: BatchRef, text: string): Promise<void> {
  const job = { workspaceId: ref.workspaceId, jobId: jobIdOf({ ...ref, index: 0 }) };
  await regenerateJob(app, { ref: job, payload: { text }, traceparent: TRACEPARENT });
}

describe("regenerateItem()", () => {
  it("runs one item again and leaves what depends on it alone (R-121)", async () => {
    const { site, ref } = await ended();
    await regenerateItem(site.app, { ref, key: "b", dependents: "keep" });
    expect((await site.app.batches.require(ref)).batch.phase).toBe("running");
    await site.settle();
    expect(await runsOf(site, ref)).toEqual({
      ...{ a: "completed 1", b: "completed 2" },
      ...{ c: "completed 1", aside: "completed 1" },
    });
    expect(site.begun).toEqual(["one"]);
    expect((await site.app.batches.require(ref)).batch.phase).toBe("completed");
  });

  it("reuses what takes in the same as before", async () => {
    const { site, ref } = await ended();
    await regenerateItem(site.app, { ref, key: "a", dependents: "rerun_changed" });
    await site.settle();
    expect(site.begun).toEqual(["one"]);
    expect(await runsOf(site, ref)).toMatchObject({ a: "completed 2", b: "completed 1", c: "completed 1" });
  });

  it("runs again what takes in something else, and so on", async () => {
    const { site, ref } = await ended();
    await changeFirst(site, ref, "two");
    await site.settle();
    expect(await runsOf(site, ref)).toMatchObject({ a: "completed 2", b: "completed 1" });
    await regenerateItem(site.app, { ref, key: "b", dependents: "rerun_changed" });
    await site.settle();
    expect(site.begun).toEqual(["two", "two", "two"]);
    expect(await runsOf(site, ref)).toMatchObject({ b: "completed 2", c: "completed 2", aside: "completed 1" });
    expect((await site.app.batches.require(ref)).batch.phase).toBe("completed");
  });

  it("runs what was skipped, now that what it depends on is well", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([
      { key: "a", text: "bad" },
      { key: "b", dependsOn: ["a"] },
      { key: "c", dependsOn: ["b"] },
    ]);
    await site.settle();
    expect(await runsOf(site, ref)).toEqual({ a: "failed 1", b: "skipped 0", c: "skipped 0" });
    await changeFirst(site, ref, "good");
    await site.settle();
    await regenerateItem(site.app, { ref, key: "b", dependents: "rerun_changed" });
    await site.settle();
    expect(await runsOf(site, ref)).toEqual({ a: "completed 2", b: "completed 1", c: "completed 1" });
    expect((await site.app.batches.require(ref)).batch.phase).toBe("completed");
  });

  it("looks again at a dependent that was at work meanwhile, when that has ended", async () => {
    const { site, ref } = await ended();
    await changeFirst(site, ref, "two");
    await site.settle();
    site.begun.length = 0;
    await regenerateItem(site.app, { ref, key: "c", dependents: "keep" }); // Made of b's old result, and not begun.
    await regenerateItem(site.app, { ref, key: "b", dependents: "rerun_changed" });
    await site.finish(ref);
    expect(site.begun.filter((text) => text === "two").length).toBeGreaterThanOrEqual(2);
    const job = await site.app.jobs.require({ ...ref, jobId: jobIdOf({ ...ref, index: 2 }) });
    expect(job.job.phase === "done" && job.job.result).toEqual({ inline: { text: "two" } });
  });

  it("knows what an item takes in that depends on very many, and reuses it as well", async () => {
    const parents = Array.from({ length: 40 }, (_, index) => ({
      ...{ key: `p${index}`, dependsOn: [], ...echo },
      payload: { text: `text ${index}` },
    }));
    const child = { key: "child", dependsOn: parents.map(({ key }) => key), ...echo, payload: { text: "child" } };
    const { site, ref } = await ended([...parents, child]);
    await regenerateItem(site.app, { ref, key: "p7", dependents: "rerun_changed" });
    await site.settle();
    expect(site.begun).toEqual(["text 7"]);
    expect(await runsOf(site, ref)).toMatchObject({ p7: "completed 2", child: "completed 1" });
    const job = { workspaceId: ref.workspaceId, jobId: jobIdOf({ ...ref, index: 7 }) };
    await regenerateJob(site.app, { ref: job, payload: { text: "another" }, traceparent: TRACEPARENT });
    await site.settle();
    await regenerateItem(site.app, { ref, key: "p8", dependents: "rerun_changed" });
    await site.settle();
    expect(await runsOf(site, ref)).toMatchObject({ p8: "completed 2", child: "completed 2" });
    expect((await site.app.batches.require(ref)).batch.phase).toBe("completed");
  });

  it("runs an item once for each key, whatever was asked since, and refuses another request under it", async () => {
    const { site, ref } = await ended();
    const ask = { ref, key: "b", dependents: "keep", idempotencyKey: "k1" } as const;
    expect((await regenerateItem(site.app, ask)).replayed).toBe(false);
    expect((await regenerateItem(site.app, ask)).replayed).toBe(true);
    await site.settle();
    expect((await regenerateItem(site.app, ask)).replayed).toBe(true);
    expect(await runsOf(site, ref)).toMatchObject({ b: "completed 2" });
    await expect(regenerateItem(site.app, { ...ask, dependents: "rerun_changed" })).rejects.toMatchObject({
      code: "IDEMPOTENCY_MISMATCH",
    });
    expect((await regenerateItem(site.app, { ...ask, idempotencyKey: "k2" })).replayed).toBe(false);
    await site.settle();
    expect(await runsOf(site, ref)).toMatchObject({ b: "completed 3" });
  });

  it("refuses an item that is at work, one that there is not, and a batch that is being stopped", async () => {
    const { site, ref } = await ended();
    await regenerateItem(site.app, { ref, key: "b", dependents: "keep" });
    await expect(regenerateItem(site.app, { ref, key: "b", dependents: "keep" })).rejects.toMatchObject({
      code: "ITEM_NOT_ENDED",
    });
    await expect(regenerateItem(site.app, { ref, key: "x", dependents: "keep" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(
      regenerateItem(site.app, { ref: { ...ref, workspaceId: "another" }, key: "b", dependents: "keep" }),
    ).rejects.toMatchObject({ code: "BATCH_NOT_FOUND" });
    const fresh = await site.submit([{ key: "a" }]);
    await expect(regenerateItem(site.app, { ref: fresh, key: "a", dependents: "keep" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it.each(["before", "after", "conflict", "death before", "death after"] as const)(
    "ends once more, each run once, whatever request meets a fault: %s",
    async (kind) => {
      for (let nth = 1, wasMet = true; wasMet; nth++) {
        const { site, ref } = await ended();
        await changeFirst(site, ref, "two");
        await site.settle();
        site.begun.length = 0;
        wasMet = await site.withFault(kind, nth, async (app) => {
          await regenerateItem(app, { ref, key: "b", dependents: "rerun_changed" });
          await site.deliver(app, JOB_QUEUE);
        });
        await site.finish(ref);
        const { batch } = await site.app.batches.require(ref);
        expect(isOver(batch.phase)).toBe(true);
        expect(batch.phase).toBe("completed");
        const { a, b, c, aside } = await runsOf(site, ref);
        expect({ a, aside }).toEqual({ a: "completed 2", aside: "completed 1" });
        expect(["completed 1 completed 1", "completed 2 completed 2"]).toContain(`${b} ${c}`);
        expect(await site.app.items.isMarked("active", ref.batchId)).toBe(false);
        expect(await site.deliver(site.app, BATCH_QUEUE)).toBe(0);
      }
    },
  );
});

describe("regenerateItem() beside others", () => {
  it("keeps the batch open while somebody is still busy with the end before", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([{ key: "a" }, { key: "b", dependsOn: ["a"] }]);
    await site.deliver(site.app, BATCH_QUEUE);
    // The worker dies the moment that the batch knows the end of "a": somebody else does what follows.
    await site.withFault("death after", 3, async (app) => site.deliver(app, JOB_QUEUE));
    site.now = new Date(site.now.getTime() + 130_000);
    await site.sweep();
    let isFirst = true;
    const unmark: ItemStore["unmark"] = async (mark) => {
      if (isFirst) {
        isFirst = false;
        await site.deliver(site.app, JOB_QUEUE); // "b" ends.
        await regenerateItem(site.app, { ref, key: "a", dependents: "keep" });
      }
      await site.app.items.unmark(mark);
    };
    await site.deliver({ ...site.app, items: { ...site.app.items, unmark } }, BATCH_QUEUE);
    expect(isFirst).toBe(false);
    expect((await site.app.batches.require(ref)).batch.phase).toBe("running");
    await site.finish(ref);
    expect(await runsOf(site, ref)).toEqual({ a: "completed 2", b: "completed 1" });
    expect(await site.app.items.isMarked("active", ref.batchId)).toBe(false);
    const ends = (await site.app.batches.listLines(ref, 100)).filter(({ to }) => isOver(to));
    expect(ends).toHaveLength(1);
  });

  it("fails the item, and ends the batch, when its job is removed before it has begun again", async () => {
    const { site, ref } = await ended();
    const { app } = site;
    let isFirst = true;
    const save: ItemStore["save"] = async (...write) => {
      const etag = await app.items.save(...write);
      if (write[0][0].item.state !== "released") return etag;
      if (isFirst) await deleteJob(app, { ...ref, jobId: jobIdOf({ ...ref, index: 1 }) });
      isFirst = false;
      return etag;
    };
    await regenerateItem({ ...app, items: { ...app.items, save } }, { ref, key: "b", dependents: "keep" });
    await site.finish(ref);
    expect((await app.batches.require(ref)).batch.phase).toBe("failed");
    const { item } = await app.items.require({ ...ref, index: 1 });
    expect(item).toMatchObject({ state: "failed", error: { code: "GONE" } });
    expect(await app.items.isMarked("active", ref.batchId)).toBe(false);
  });

  it.each([
    ["asked for", 1],
    ["changed", 2],
  ])("ends the batch when somebody dies behind the end of an item that could not begin: one %s", async (_, index) => {
    const { site, ref } = await ended();
    await changeFirst(site, ref, "two");
    await site.settle();
    let hasDied = false;
    const save: ItemStore["save"] = async (changed, ...beside) => {
      const [{ item }] = changed;
      const etag = await site.app.items.save(changed, ...beside);
      if (hasDied || item.index !== index) return etag;
      if (item.state === "released") await deleteJob(site.app, { ...ref, jobId: jobIdOf(item) });
      hasDied = item.state === "failed";
      if (hasDied) throw new Error("died");
      return etag;
    };
    const mortal = { ...site.app, items: { ...site.app.items, save } };
    await regenerateItem(mortal, { ref, key: "b", dependents: "rerun_changed" }).catch(() => undefined);
    // The worker dies the moment the end of "b" is written: somebody else hands it off, and dies as well.
    await site.withFault("death after", 2, async (app) => site.deliver(app, JOB_QUEUE));
    site.now = new Date(site.now.getTime() + 130_000);
    await site.sweep();
    await site.deliver(mortal, BATCH_QUEUE).catch(() => undefined);
    expect(hasDied).toBe(true);
    await site.finish(ref);
    expect((await site.app.batches.require(ref)).batch.phase).toBe("failed");
    expect(await site.app.items.isMarked("active", ref.batchId)).toBe(false);
  });

  it("leaves the item as it is where the batch was cancelled and swept in this very moment", async () => {
    const site = await createBatchSite();
    const { app } = site;
    const ref = await site.submit([{ key: "a" }, { key: "b" }]);
    await site.deliver(app, BATCH_QUEUE);
    const job = { ...ref, jobId: jobIdOf({ ...ref, index: 0 }) };
    await cancelJob(app, { ref: job, actor: "client" });
    let isFirst = true;
    const save: ItemStore["save"] = async (...write) => {
      if (isFirst && write[0][0].item.state === "released") {
        isFirst = false;
        const { batch } = await cancelBatch(app, ref);
        await sweepBatch(app, batch);
        const stored = await app.batches.require(ref);
        await app.batches.save(evolveBatch(stored.batch, { type: "swept", actor: "worker" }, site.now), stored);
      }
      return app.items.save(...write);
    };
    const command = { ref, key: "a", dependents: "keep" } as const;
    await expect(regenerateItem({ ...app, items: { ...app.items, save } }, command)).rejects.toMatchObject({
      code: "ITEM_NOT_ENDED",
    });
    await site.finish(ref);
    expect((await app.batches.require(ref)).batch.phase).toBe("cancelled");
    expect(await runsOf(site, ref)).toEqual({ a: "cancelled 1", b: "cancelled 1" });
    expect(site.begun).toEqual([]);
  });
});

describe("regenerateItem() and what is at work", () => {
  it("begins an item as soon as what it takes from has run again, though no supervisor comes", async () => {
    const { site, ref } = await ended();
    await regenerateItem(site.app, { ref, key: "a", dependents: "keep" });
    await regenerateItem(site.app, { ref, key: "b", dependents: "keep" });
    await site.settle();
    expect(await runsOf(site, ref)).toMatchObject({ a: "completed 2", b: "completed 2" });
    expect((await site.app.batches.require(ref)).batch.phase).toBe("completed");
  });

  it("begins it as well where that job runs again by itself", async () => {
    const { site, ref } = await ended();
    await changeFirst(site, ref, "two");
    await regenerateItem(site.app, { ref, key: "b", dependents: "keep" });
    await site.settle();
    expect(site.begun).toEqual(["two", "two"]);
    expect((await site.app.batches.require(ref)).batch.phase).toBe("completed");
  });

  it("looks at a dependent again though another parent ends in the moment before that is noted", async () => {
    const fed = { key: "b", dependsOn: ["a", "c"], ...echo, payload: taking("a") };
    const { site, ref } = await ended([
      { key: "a", dependsOn: [], ...echo, payload: { text: "one" } },
      { key: "c", dependsOn: [], ...echo, payload: { text: "aside" } },
      fed,
    ]);
    const { app } = site;
    const jobOf = (index: number) => ({ ...ref, jobId: jobIdOf({ ...ref, index }) });
    await changeFirst(site, ref, "two");
    await site.settle();
    await regenerateItem(app, { ref, key: "c", dependents: "keep" });
    await regenerateItem(app, { ref, key: "a", dependents: "rerun_changed" });
    const { items } = app;
    let isFirst = true;
    const save: ItemStore["save"] = async (...write) => {
      if (isFirst && write[0][0].item.isStale) {
        isFirst = false;
        await site.workOn(jobOf(1));
      }
      return items.save(...write);
    };
    Object.assign(app, { items: { ...items, save } });
    await changeTemplate(site, ref, "three");
    await site.workOn(jobOf(0));
    expect(isFirst).toBe(false);
    await site.finish(ref);
    expect(await runsOf(site, ref)).toMatchObject({ b: "completed 2" });
  });

  it.each(["skip_dependents", "continue", "fail_fast"] as const)(
    "waits for the last parent to end before it says whether a dependent has changed: %s",
    async (policy) => {
      const site = await createBatchSite();
      const ref = await site.submit([], {
        policy,
        items: [
          { key: "a", dependsOn: [], ...echo, payload: { text: "one" } },
          { key: "c", dependsOn: [], ...echo, payload: { text: "aside" } },
          { key: "b", dependsOn: ["a", "c"], ...echo, payload: taking("a") },
        ],
      });
      await site.settle();
      await regenerateItem(site.app, { ref, key: "c", dependents: "keep" });
      await regenerateItem(site.app, { ref, key: "a", dependents: "rerun_changed" });
      await changeTemplate(site, ref, "three");
      await site.workOn({ ...ref, jobId: jobIdOf({ ...ref, index: 0 }) });
      await site.finish(ref);
      expect(await runsOf(site, ref)).toEqual({ a: "completed 2", c: "completed 2", b: "completed 2" });
    },
  );
});

/** What the first item's job is at work on is something else. */
async function changeTemplate({ app }: BatchSite, ref: BatchRef, text: string): Promise<void> {
  const stored = await app.jobs.require({ ...ref, jobId: jobIdOf({ ...ref, index: 0 }) });
  await app.jobs.save({ ...stored.job, payload: { inline: { text } } }, stored);
}

/** What is written before: that somebody is about to, the batch, and the item with a mark that is not there to be removed. */
const THE_ITEM = 4;

describe("regenerateItem() where somebody ends the batch", () => {
  it.each([true, false])("leaves no item at work in a batch that has ended; who asked dies: %s", async (dies) => {
    const { site, ref } = await ended();
    const { app } = site;
    const endings: Promise<void>[] = [];
    let goOn = (): void => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    const save: ItemStore["save"] = async (...write) => {
      if (endings.length > 0 || write[0][0].item.state !== "released") return app.items.save(...write);
      const looked = new Promise<void>((resolve) => {
        const late = async (...end: Parameters<typeof app.batches.save>) => {
          resolve();
          await gate;
          return app.batches.save(...end);
        };
        endings.push(endIfOver({ ...app, batches: { ...app.batches, save: late } }, ref).finally(resolve));
      });
      await looked; // It has seen nobody at work, and is about to write that the batch has ended.
      const writing = app.items.save(...write).finally(goOn);
      await Promise.allSettled([writing, ...endings]);
      if (dies) throw new Error("died");
      return writing;
    };
    const asked = regenerateItem({ ...app, items: { ...app.items, save } }, { ref, key: "a", dependents: "keep" });
    await (dies ? expect(asked).rejects.toThrow("died") : asked);
    await site.finish(ref);
    expect(await runsOf(site, ref)).toMatchObject({ a: dies ? "completed 1" : "completed 2" });
    expect((await app.batches.require(ref)).batch.phase).toBe("completed");
    expect(await app.items.isMarked("active", ref.batchId)).toBe(false);
  });

  it("has the batch wake up within its patience, though it was running and who asked dies", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([{ key: "a" }, { key: "b", text: "slow" }]);
    await site.deliver(site.app, BATCH_QUEUE);
    await site.workOn({ ...ref, jobId: jobIdOf({ ...ref, index: 0 }) });
    for (let hour = 0; hour < 5; hour++) {
      site.now = new Date(site.now.getTime() + 3_600_000);
      await site.sweep();
      await site.deliver(site.app, BATCH_QUEUE);
    }
    await site.withFault("death after", THE_ITEM, async (app) => {
      await regenerateItem(app, { ref, key: "a", dependents: "keep" });
    });
    site.now = new Date(site.now.getTime() + 150_000);
    await site.sweep();
    await site.deliver(site.app, BATCH_QUEUE);
    const { job } = await site.app.jobs.require({ ...ref, jobId: jobIdOf({ ...ref, index: 0 }) });
    expect(job).toMatchObject({ phase: "queued", operations: 2 });
  });
});

describe("who had an item run again", () => {
  const runAgain = { dependents: "rerun_changed", submittedBy: "alice@example.com" } as const;
  const submitterOf = async ({ app }: BatchSite, ref: BatchRef, index: number) =>
    (await app.jobs.require({ ...ref, jobId: jobIdOf({ ...ref, index }) })).job.submittedBy;

  it("counts as the submitter of its job, and of those that run again because of it", async () => {
    const { site, ref } = await ended();
    await changeFirst(site, ref, "two");
    await site.settle();
    await regenerateItem(site.app, { ...runAgain, ref, key: "b" });
    await site.settle();
    expect(await runsOf(site, ref)).toMatchObject({ a: "completed 2", b: "completed 2", c: "completed 2" });
    expect(await Promise.all([0, 1, 2].map(async (index) => submitterOf(site, ref, index)))).toEqual([
      undefined,
      "alice@example.com",
      "alice@example.com",
    ]);
  });

  it("counts so though somebody else begins the job, and it is the item's first", async () => {
    const site = await createBatchSite();
    const ref = await site.submit(
      [
        { key: "a", text: "bad" },
        { key: "b", dependsOn: ["a"] },
      ],
      { submittedBy: "bob" },
    );
    await site.settle();
    await site.withFault("death after", THE_ITEM, async (app) => {
      await regenerateItem(app, { ...runAgain, ref, key: "b" });
    });
    await site.finish(ref);
    expect(await runsOf(site, ref)).toMatchObject({ b: "completed 1" });
    expect(await Promise.all([0, 1].map(async (index) => submitterOf(site, ref, index)))).toEqual([
      "bob",
      "alice@example.com",
    ]);
  });
});
