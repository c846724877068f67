import { describe, expect, it } from "@jest/globals";
import type { App } from "../../src/app.ts";
import { isOver } from "../../src/batches/batch-phases.ts";
import type { BatchRef } from "../../src/batches/batch.ts";
import { handOffOfWakeUp } from "../../src/jobs/store/hand-off.ts";
import { superviseJobs } from "../../src/jobs/supervision/supervise.ts";
import { PARTITIONS } from "../../src/platform/partitions.ts";
import { BATCH_QUEUE, JOB_QUEUE, createBatchSite } from "../support/batch-site.ts";
import type { BatchSite, FaultKind } from "../support/batch-site.ts";

/** A diamond behind a root, with a branch that fails and is skipped, and one that cannot even begin. */
const ITEMS = [
  { key: "root" },
  { key: "left", dependsOn: ["root"] },
  { key: "right", dependsOn: ["root"] },
  { key: "join", dependsOn: ["left", "right"] },
  { key: "broken", dependsOn: ["root"], text: "bad" },
  { key: "behind", dependsOn: ["broken"] },
  { key: "last", dependsOn: ["behind", "join"] },
] as const;

const ENDS = {
  root: "completed",
  left: "completed",
  right: "completed",
  join: "completed",
  broken: "failed",
  behind: "skipped",
  last: "skipped",
};

/** What holds however the batch came to its end. */
async function judge({ app, begun }: BatchSite, ref: BatchRef, retried: readonly string[]): Promise<void> {
  const standings = await app.items.states(ref.batchId);
  expect(Object.fromEntries(standings.map(({ key, state }) => [key, state]))).toEqual(ENDS);
  expect(standings.map(({ run }) => run)).toEqual([1, 1, 1, 1, 1, 0, 0]);
  for (const text of ["root", "left", "right", "join", "bad"])
    expect([text, begun.filter((each) => each === text).length]).toEqual([
      text,
      retried.includes(text) ? expect.any(Number) : 1,
    ]);
  const lines = await app.batches.listLines(ref, 100);
  expect(lines.filter(({ to }) => isOver(to))).toHaveLength(1);
  expect(lines[0]?.to).toBe("failed");
  expect(await app.items.isMarked("active", ref.batchId)).toBe(false);
  for (const partition of PARTITIONS) {
    const due = await app.due.list({ partition, until: new Date("2100-01-01"), limit: 1000 });
    expect(due.filter(({ row }) => handOffOfWakeUp(row))).toEqual([]);
  }
}

const KINDS: readonly FaultKind[] = ["before", "after", "conflict", "death before", "death after"];

interface Attempt {
  readonly prepare: (site: BatchSite) => Promise<BatchRef>;
  /** What the process is at that meets the fault. */
  readonly work: (site: BatchSite, app: App) => Promise<unknown>;
  /** What may be begun again, since its worker meets the fault. */
  readonly retried?: readonly string[];
}

/** Has the fault come at one request after the other, until the work is done without. Returns how many there were. */
async function atEachRequest(kind: FaultKind, { prepare, work, retried = [] }: Attempt): Promise<number> {
  for (let nth = 1; ; nth++) {
    const site = await createBatchSite();
    const ref = await prepare(site);
    const wasMet = await site.withFault(kind, nth, async (app) => work(site, app));
    await site.finish(ref);
    await judge(site, ref, retried);
    if (!wasMet) return nth - 1;
  }
}

describe("a batch whose load meets a fault", () => {
  it.each(KINDS)("ends once all the same, each item once, at whatever request: %s (D1, P16, P17)", async (kind) => {
    const requests = await atEachRequest(kind, {
      prepare: async (site) => site.submit(ITEMS),
      work: async (site, app) => site.deliver(app, BATCH_QUEUE),
    });
    expect(requests).toBeGreaterThan(5);
  });
});

describe("a batch whose hand-off meets a fault", () => {
  it.each(KINDS)("ends once all the same, behind its root, at whatever request: %s (D2, D3, D4)", async (kind) => {
    const requests = await atEachRequest(kind, {
      prepare: async (site) => {
        const ref = await site.submit(ITEMS);
        await site.deliver(site.app, BATCH_QUEUE);
        return ref;
      },
      work: async (site, app) => site.deliver(app, JOB_QUEUE),
      retried: ["root"],
    });
    expect(requests).toBeGreaterThan(10);
  });

  it.each(KINDS)("ends once all the same, behind a failure and its skips: %s (R-115)", async (kind) => {
    const requests = await atEachRequest(kind, {
      prepare: async (site) => {
        const ref = await site.submit(ITEMS);
        await site.deliver(site.app, BATCH_QUEUE);
        await site.deliver(site.app, JOB_QUEUE);
        return ref;
      },
      work: async (site, app) => site.deliver(app, JOB_QUEUE),
      retried: ["left", "right", "bad"],
    });
    expect(requests).toBeGreaterThan(10);
  });

  it.each(KINDS)("ends once all the same, when it is carried over by the supervisor's ring: %s", async (kind) => {
    const requests = await atEachRequest(kind, {
      prepare: async (site) => {
        const ref = await site.submit(ITEMS);
        await site.deliver(site.app, BATCH_QUEUE);
        // The worker dies the moment the end is written: at its third write, behind the claim and the end's own.
        await site.withFault("death after", 2, async (app) => site.deliver(app, JOB_QUEUE));

        site.now = new Date(site.now.getTime() + 130_000);
        await superviseJobs(site.app, { info: () => undefined, warn: () => undefined, error: () => undefined });
        return ref;
      },
      work: async (site, app) => site.deliver(app, BATCH_QUEUE),
    });
    expect(requests).toBeGreaterThan(8);
  });
});
