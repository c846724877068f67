import { describe, expect, it } from "@jest/globals";
import { evolve } from "../../../src/jobs/life/evolve.ts";
import type { JobEvent } from "../../../src/jobs/life/job-event.ts";
import { createJobStore } from "../../../src/jobs/store/job-store.ts";
import { createTombstoneStore } from "../../../src/jobs/store/tombstone-store.ts";
import { tombstoneOf } from "../../../src/jobs/store/tombstone.ts";
import type { Table } from "../../../src/platform/tables.ts";
import { aJob } from "../../support/a-job.ts";
import { createTestApp } from "../../support/test-app.ts";

const NOW = new Date("2026-03-01T00:00:00.000Z");
const LATER = new Date("2026-03-01T00:01:00.000Z");

const CLAIMED = { type: "claimed", claimId: "claim-1", leaseUntil: LATER } as const;
const ENDED = { type: "gaveUp", error: { code: "PDF_ENCRYPTED", message: "locked" } } as const;

async function store(): Promise<{
  readonly table: Table;
  readonly calls: string[];
  readonly jobs: ReturnType<typeof createJobStore>;
}> {
  const { app } = await createTestApp();
  const calls: string[] = [];
  const counted: Table = {
    ...app.storage.jobs,
    create: async (...rows) => (calls.push("create"), app.storage.jobs.create(...rows)),
    save: async (...change) => (calls.push("save"), app.storage.jobs.save(...change)),
  };
  return { table: counted, calls, jobs: createJobStore(counted, { messageMs: 120_000, leaseMs: 15_000 }) };
}

describe("createJobStore()", () => {
  it("keeps one wake-up row beside a job, in one call for each change", async () => {
    const { table, calls, jobs } = await store();
    const wakeUps = async () => {
      const rows = await table.list({ filter: "RowKey gt 'due|' and RowKey lt 'due}'", limit: 10 });
      return rows.map(({ row }) => row.rowKey.split("|")[1]);
    };
    let stored = await jobs.create(aJob({ phase: "queued", enqueuedAt: NOW }));
    expect(await wakeUps()).toEqual(["2026-03-01T00:02:00.000Z"]);
    const change = async (event: JobEvent) => (stored = await jobs.save(evolve(stored.job, event, NOW), stored));
    await change({ type: "redispatched" });
    expect(await wakeUps()).toEqual(["2026-03-01T00:04:00.000Z"]);
    await change(CLAIMED);
    expect(await wakeUps()).toEqual(["2026-03-01T00:01:15.000Z"]);
    expect(await jobs.get(stored.job)).toMatchObject({ dueAt: new Date("2026-03-01T00:01:15.000Z") });
    await change({ type: "lapsed" });
    expect(await wakeUps()).toEqual(["2026-03-01T00:02:00.000Z"]);
    await change(ENDED);
    expect(await wakeUps()).toEqual(["2026-08-28T00:00:00.000Z"]); // when its record is to go
    expect(calls).toEqual(["create", "save", "save", "save", "save"]);
  });

  it("finds the wake-up row that was written, though the times are reckoned otherwise now", async () => {
    const { table, jobs } = await store();
    const { job } = await jobs.create(aJob({ phase: "queued", enqueuedAt: NOW }));
    const later = createJobStore(table, { messageMs: 1000, leaseMs: 1000 });
    const stored = await later.require(job);
    await later.save(evolve(stored.job, ENDED, NOW), stored);
    const rows = await table.list({ filter: "RowKey gt 'due|' and RowKey lt 'due}'", limit: 10 });
    expect(rows.map(({ row }) => row.rowKey)).toEqual([expect.stringContaining("due|2026-08-28T00:00:00.000Z|")]);
  });

  it("goes on with a job whose wake-up row somebody has deleted", async () => {
    const { table, jobs } = await store();
    const stored = await jobs.create(aJob({ phase: "queued", enqueuedAt: NOW }));
    const [wakeUp] = await table.list({ filter: "RowKey gt 'due|' and RowKey lt 'due}'", limit: 10 });
    if (!wakeUp) throw new Error("there is no wake-up row");
    await table.delete(wakeUp.row, "*");
    await jobs.save(evolve(stored.job, CLAIMED, NOW), stored);
    expect(await table.list({ filter: "RowKey gt 'due|' and RowKey lt 'due}'", limit: 10 })).toHaveLength(1);
  });

  it("knows of a job that is gone by its tombstone only", async () => {
    const { table, jobs } = await store();
    const [expired, deleted] = [aJob({ phase: "done" }), aJob({ phase: "done" })];
    for (const [job, why] of [
      [expired, "expired"],
      [deleted, "deleted"],
    ] as const) {
      const tombstone = tombstoneOf(job, { why, at: NOW, goneDays: 30 });
      await createTombstoneStore(table).bury(await jobs.create(job), tombstone);
      expect(await jobs.find(job)).toMatchObject({ tombstone, dueAt: NOW });
      expect(await jobs.get(job)).toBeUndefined();
    }
    await expect(jobs.require(expired)).rejects.toMatchObject({ code: "GONE" });
    await expect(jobs.require(deleted)).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
    const kept = await jobs.create(aJob({ phase: "failed" }));
    for (const phases of [undefined, ["done", "failed"] as const])
      expect(await jobs.list({ workspaceId: "default", phases, limit: 1 })).toEqual([
        { jobId: kept.job.jobId, job: kept.job },
      ]);
  });
});
