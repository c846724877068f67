import { describe, expect, it } from "@jest/globals";
import { advanceBatch } from "../../src/batches/advance-batch.ts";
import { cancelBatch } from "../../src/batches/cancel-batch.ts";
import { finishBatch } from "../../src/batches/finish-batch.ts";
import type { ItemStore } from "../../src/batches/item-store.ts";
import { FINALLY_INDEX, jobIdOf } from "../../src/batches/item.ts";
import type { Policy } from "../../src/contract/batch-request.ts";
import { editDeadLetter } from "../../src/dead-letters/edit-dead-letter.ts";
import { replayDeadLetter } from "../../src/dead-letters/replay-dead-letter.ts";
import { cancelJob } from "../../src/jobs/cancel.ts";
import { deleteJob } from "../../src/jobs/delete-job.ts";
import { regenerateJob } from "../../src/jobs/regenerate.ts";
import { deadLetterIdOf } from "../../src/platform/ids.ts";
import { BATCH_QUEUE, JOB_QUEUE, createBatchSite } from "../support/batch-site.ts";
import type { BatchSite } from "../support/batch-site.ts";
import { TRACEPARENT } from "../support/echo-jobs.ts";

async function statesOf(
  { app }: BatchSite,
  { batchId }: { readonly batchId: string },
): Promise<Record<string, string>> {
  return Object.fromEntries((await app.items.states(batchId)).map(({ key, state }) => [key, state]));
}

const WITH_FAILURE = [
  { key: "bad" },
  { key: "good" },
  { key: "child", dependsOn: ["bad", "good"] },
  { key: "grandchild", dependsOn: ["child"] },
  { key: "aside", dependsOn: ["good"] },
];

describe("a batch with an item that fails", () => {
  it.each([
    ["skip_dependents", { child: "skipped", grandchild: "skipped", aside: "completed" }, "failed"],
    ["continue", { child: "completed", grandchild: "completed", aside: "completed" }, "failed"],
  ] as const)("goes on by its policy: %s (R-117, P17)", async (policy, states, phase) => {
    const site = await createBatchSite();
    const ref = await site.submit(WITH_FAILURE, { policy });
    await site.settle();
    expect(await statesOf(site, ref)).toEqual({ bad: "failed", good: "completed", ...states });
    expect((await site.app.batches.require(ref)).batch.phase).toBe(phase);
    expect((await site.app.items.require({ ...ref, index: 0 })).item.error).toMatchObject({ code: "PDF_ENCRYPTED" });
  });

  it("cancels whatever has not ended by fail_fast, and is failed, not cancelled", async () => {
    const site = await createBatchSite();
    const items = [...WITH_FAILURE, ...Array.from({ length: 40 }, (_, index) => ({ key: `later${index}` }))];
    const ref = await site.submit(items, { policy: "fail_fast" });
    await site.settle();
    const { bad, child, grandchild } = await statesOf(site, ref);
    expect({ bad, child, grandchild }).toEqual({ bad: "failed", child: "cancelled", grandchild: "cancelled" });
    const { batch } = await site.app.batches.require(ref);
    expect(batch).toMatchObject({ phase: "failed", stop: "failed" });
    expect(Object.values(await statesOf(site, ref))).not.toContain("blocked");
    expect(Object.values(await statesOf(site, ref))).not.toContain("released");
  });

  it("counts a job that its client cancelled for one that did not complete", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([{ key: "a" }, { key: "b", dependsOn: ["a"] }]);
    await site.deliver(site.app, BATCH_QUEUE);
    await cancelJob(site.app, { ref: { ...ref, jobId: jobIdOf({ ...ref, index: 0 }) }, actor: "client" });
    expect(await statesOf(site, ref)).toEqual({ a: "cancelled", b: "skipped" });
    expect((await site.app.batches.require(ref)).batch.phase).toBe("failed");
  });
});

describe("a batch whose items have many parents", () => {
  it.each(["skip_dependents", "continue"] as const)("waits for each of sixty by %s", async (policy: Policy) => {
    const site = await createBatchSite();
    const parents = Array.from({ length: 60 }, (_, index) => ({ key: index === 7 ? "bad" : `p${index}` }));
    const ref = await site.submit(
      [...parents, { key: "wide", dependsOn: parents.map(({ key }) => key) }, { key: "behind", dependsOn: ["wide"] }],
      { policy },
    );
    await site.settle();
    const { wide, behind } = await statesOf(site, ref);
    const expected = policy === "continue" ? "completed" : "skipped";
    expect({ wide, behind }).toEqual({ wide: expected, behind: expected });
    expect((await site.app.batches.require(ref)).batch.phase).toBe("failed");
    expect(await site.app.items.isMarked("edge", ref.batchId)).toBe(false);
    if (policy === "continue") expect(site.begun.indexOf("wide")).toBe(60);
  });

  it("sees a parent out that has more children of that kind than one transaction holds", async () => {
    const site = await createBatchSite();
    const parents = Array.from({ length: 33 }, (_, index) => ({ key: `p${index}` }));
    const keys = parents.map(({ key }) => key);
    const children = Array.from({ length: 50 }, (_, index) => ({ key: `w${index}`, dependsOn: keys }));
    const ref = await site.submit([...parents, ...children]);
    await site.finish(ref);
    expect((await site.app.batches.require(ref)).batch.phase).toBe("completed");
    expect(site.begun).toHaveLength(83);
    expect(await site.app.items.isMarked("edge", ref.batchId)).toBe(false);
  });
});

describe("cancelBatch()", () => {
  const chain = [{ key: "a" }, { key: "b", dependsOn: ["a"] }, { key: "c" }];

  it.each([
    ["before anything is written", 0, { a: "cancelled", b: "cancelled", c: "cancelled" }],
    ["when its roots are released", 1, { a: "cancelled", b: "cancelled", c: "cancelled" }],
    ["when some have ended", 2, { a: "completed", b: "cancelled", c: "completed" }],
  ])("cancels what has not ended: %s (R-122)", async (_, stage, states) => {
    const site = await createBatchSite();
    const ref = await site.submit(chain);
    if (stage > 0) await site.deliver(site.app, BATCH_QUEUE);
    if (stage > 1) await site.deliver(site.app, JOB_QUEUE);
    await cancelBatch(site.app, ref, "enough");
    await cancelBatch(site.app, ref);
    await site.settle();
    expect(await statesOf(site, ref)).toEqual(states);
    const { batch } = await site.app.batches.require(ref);
    expect(batch.phase).toBe("cancelled");
    const events = (await site.app.batches.listLines(ref, 100)).map(({ event }) => event);
    expect(events.filter((event) => event === "cancelRequested")).toHaveLength(1);
    expect(events[0]).toBe("cancelled");
  });

  it("refuses a batch that has ended", async () => {
    const site = await createBatchSite();
    const ref = await site.submit(chain);
    await site.settle();
    await expect(cancelBatch(site.app, ref)).rejects.toMatchObject({ code: "BATCH_ALREADY_ENDED" });
  });

  it("ends once, each item once, whatever request of the walk fails", async () => {
    for (const kind of ["before", "after", "conflict", "death before", "death after"] as const)
      for (let nth = 1, wasMet = true; wasMet; nth++) {
        const site = await createBatchSite();
        const ref = await site.submit(chain);
        await site.deliver(site.app, BATCH_QUEUE);
        await cancelBatch(site.app, ref);
        wasMet = await site.withFault(kind, nth, async (app) => site.deliver(app, BATCH_QUEUE));
        await site.finish(ref, [BATCH_QUEUE]); // No worker comes before the walk is done.
        expect(await statesOf(site, ref)).toEqual({ a: "cancelled", b: "cancelled", c: "cancelled" });
        expect((await site.app.batches.require(ref)).batch.phase).toBe("cancelled");
        expect(site.begun).toEqual([]);
      }
  });
});

const echo = { jobType: "echo", wishes: {} } as const;

describe("a payload with results in it", () => {
  it("takes them when they are there (R-118)", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([], {
      items: [
        { key: "a", dependsOn: [], ...echo, payload: { text: "from a" } },
        { key: "b", dependsOn: ["a"], ...echo, payload: { text: { $from: "a", path: "/text" } } },
      ],
    });
    await site.settle();
    expect(site.begun).toEqual(["from a", "from a"]);
    expect((await site.app.batches.require(ref)).batch.phase).toBe("completed");
  });

  it("fails the item without a job when they do not fit, and what depends on it is skipped", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([], {
      items: [
        { key: "a", dependsOn: [], ...echo, payload: { text: "x" } },
        { key: "b", dependsOn: ["a"], ...echo, payload: { text: { $from: "a" } } },
        { key: "c", dependsOn: ["b"], ...echo, payload: { text: "c" } },
      ],
    });
    await site.settle();
    expect(await statesOf(site, ref)).toEqual({ a: "completed", b: "failed", c: "skipped" });
    const { error } = (await site.app.items.require({ ...ref, index: 1 })).item;
    expect(error).toMatchObject({
      code: "VALIDATION_FAILED",
      message: expect.stringContaining("/payload/text") as unknown,
    });
    expect(await site.app.jobs.find({ ...ref, jobId: jobIdOf({ ...ref, index: 1 }) })).toBeUndefined();
  });

  it("has null for the result of one that failed, where the policy is to go on", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([], {
      policy: "continue",
      items: [
        { key: "a", dependsOn: [], ...echo, payload: { text: "bad" } },
        { key: "b", dependsOn: ["a"], ...echo, payload: { text: { $from: "a", path: "/text" } } },
      ],
    });
    await site.settle();
    expect(await statesOf(site, ref)).toEqual({ a: "failed", b: "failed" });
    expect((await site.app.items.require({ ...ref, index: 1 })).item.isJobless).toBe(true);
  });
});

describe("finally", () => {
  it.each(["skip_dependents", "fail_fast"] as const)(
    "runs once when all have ended, whatever they came to: %s",
    async (policy) => {
      const site = await createBatchSite();
      const ref = await site.submit(WITH_FAILURE, { policy, finally: { ...echo, payload: { text: "at last" } } });
      await site.finish(ref);
      expect(site.begun.filter((text) => text === "at last")).toHaveLength(1);
      expect(site.begun.at(-1)).toBe("at last");
      expect((await site.app.batches.require(ref)).batch.phase).toBe("failed");
      expect((await site.app.items.require({ ...ref, index: FINALLY_INDEX })).item.state).toBe("completed");
    },
  );

  it("does not run when the batch was cancelled", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([{ key: "a" }], { finally: { ...echo, payload: { text: "at last" } } });
    await site.deliver(site.app, BATCH_QUEUE);
    await cancelBatch(site.app, ref);
    await site.finish(ref);
    expect(site.begun).toEqual([]);
    expect((await site.app.batches.require(ref)).batch.phase).toBe("cancelled");
  });

  it.each([
    ["before its row is read", "require"],
    ["between that and its release", "save"],
  ] as const)("does not run when the batch is cancelled and swept %s", async (_, moment) => {
    const site = await createBatchSite();
    const { app } = site;
    const ref = await site.submit([{ key: "a" }], { finally: { ...echo, payload: { text: "at last" } } });
    await site.deliver(app, BATCH_QUEUE);
    await site.deliver(app, JOB_QUEUE);
    const { batch } = await app.batches.require(ref);
    expect(batch.phase).toBe("finishing");
    let isFirst = true;
    const cancelFirst = async (at: typeof moment) => {
      if (at !== moment || !isFirst) return;
      isFirst = false;
      await cancelBatch(app, ref);
      await advanceBatch(app, ref);
    };
    const items: ItemStore = {
      ...app.items,
      require: async (item) => (await cancelFirst("require"), app.items.require(item)),
      save: async (...write) => (await cancelFirst("save"), app.items.save(...write)),
    };
    await finishBatch({ ...app, items }, batch);
    expect(isFirst).toBe(false);
    await site.finish(ref);
    expect(site.begun).toEqual(["a"]);
    expect((await app.batches.require(ref)).batch.phase).toBe("cancelled");
    expect((await app.items.require({ ...ref, index: FINALLY_INDEX })).item.state).toBe("blocked");
  });

  it("is told how all ended, and what they came to (R-119)", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([{ key: "a" }, { key: "bad" }], {
      finally: { ...echo, payload: { text: { $from: "*", path: "/text" } } },
    });
    await site.settle();
    const last = (await site.app.items.require({ ...ref, index: FINALLY_INDEX })).item;
    expect(last).toMatchObject({ state: "failed", isJobless: true }); // A list is no text: that it came to one is told.
    expect((await site.app.batches.require(ref)).batch.phase).toBe("failed");
  });
});

describe("a job of a batch that begins anew by itself", () => {
  it("has its item and its batch follow, and leaves what depends on it alone", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([
      { key: "a", text: "bad" },
      { key: "b", dependsOn: ["a"] },
    ]);
    await site.settle();
    expect(await statesOf(site, ref)).toEqual({ a: "failed", b: "skipped" });
    const job = { ...ref, jobId: jobIdOf({ ...ref, index: 0 }) };
    await regenerateJob(site.app, { ref: job, payload: { text: "good" }, traceparent: TRACEPARENT });
    await site.settle();
    expect(await statesOf(site, ref)).toEqual({ a: "completed", b: "skipped" });
    expect((await site.app.batches.require(ref)).batch.phase).toBe("failed"); // For one is skipped still.
  });

  it("can make a failed batch a completed one", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([{ key: "a", text: "bad" }, { key: "b" }]);
    await site.settle();
    expect((await site.app.batches.require(ref)).batch.phase).toBe("failed");
    const job = { ...ref, jobId: jobIdOf({ ...ref, index: 0 }) };
    await regenerateJob(site.app, { ref: job, payload: { text: "good" }, traceparent: TRACEPARENT });
    await site.settle();
    expect((await site.app.batches.require(ref)).batch.phase).toBe("completed");
  });

  it("has its item follow the replay of its dead letter as well", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([{ key: "a", text: "bad" }]);
    await site.settle();
    const stored = await site.app.jobs.require({ ...ref, jobId: jobIdOf({ ...ref, index: 0 }) });
    if (stored.job.phase !== "failed") throw new Error("It did not fail");
    const deadLetterId = deadLetterIdOf(stored.job.operationId, stored.job.endedAt);
    await editDeadLetter(site.app, { deadLetterId, payload: { text: "good" }, isExpected: () => true });
    await replayDeadLetter(site.app, { deadLetterId, traceparent: TRACEPARENT });
    await site.settle();
    expect(await statesOf(site, ref)).toEqual({ a: "completed" });
    expect((await site.app.batches.require(ref)).batch.phase).toBe("completed");
  });

  it("may be deleted before the batch knows of its end: the hand-off says all that is needed", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([{ key: "a" }, { key: "b", dependsOn: ["a"] }]);
    await site.deliver(site.app, BATCH_QUEUE);
    await site.withFault("death after", 2, async (app) => site.deliver(app, JOB_QUEUE)); // Behind the end's own write.
    await deleteJob(site.app, { ...ref, jobId: jobIdOf({ ...ref, index: 0 }) });
    await site.finish(ref);
    expect(await statesOf(site, ref)).toEqual({ a: "completed", b: "completed" });
  });
});

describe("a batch whose retention is over", () => {
  it("goes with its rows and blobs, and its jobs stay as long as they are to", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([{ key: "a" }, { key: "b", dependsOn: ["a"] }]);
    await site.settle();
    const { batch } = await site.app.batches.require(ref);
    const plan = await site.app.content.exists(batch.plan);
    site.now = new Date(site.now.getTime() + 31 * 86_400_000);
    await site.sweep();
    await site.settle();
    await expect(site.app.batches.require(ref)).rejects.toMatchObject({ code: "BATCH_NOT_FOUND" });
    expect(await site.app.batches.get(ref)).toBeUndefined();
    expect(await site.app.items.states(ref.batchId)).toEqual([]);
    expect([plan, await site.app.content.exists(batch.plan)]).toEqual([true, false]);
  });
});
