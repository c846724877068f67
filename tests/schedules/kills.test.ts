import { describe, expect, it } from "@jest/globals";
import type { App } from "../../src/app.ts";
import { backfillSchedule } from "../../src/schedules/backfill-schedule.ts";
import { changeSchedule } from "../../src/schedules/change-schedule.ts";
import { createSchedule } from "../../src/schedules/create-schedule.ts";
import { deleteSchedule } from "../../src/schedules/delete-schedule.ts";
import { runSchedule } from "../../src/schedules/run-schedule.ts";
import { tickSchedules } from "../../src/schedules/tick-schedules.ts";
import { collectLog } from "../support/sinks.ts";
import { REF, countsOf, everyTenMinutes, jobsOf, recordsOf, scene, storyOf } from "./scene.ts";
import type { Scene } from "./scene.ts";

interface Act {
  /** Sets the scene, and the time. */
  readonly prepare: (at: Scene) => Promise<unknown>;
  readonly run: (app: App, at: Scene) => Promise<unknown>;
  /** Throws if what is left is wrong, once the timer has come again. */
  readonly judge: (at: Scene) => Promise<unknown>;
}

const tick = async (app: App) => tickSchedules(app, collectLog().sink);
const begin = async (at: Scene, fields = {}, time = "00:10") => {
  await at.create(fields);
  at.site.now = new Date(`2026-03-01T${time}:00Z`);
};

/** Whatever was recorded as submitted has the one job of its own, and there is no other. */
async function expectOneJobEach({ app }: Scene): Promise<void> {
  const records = await recordsOf(app);
  const submitted = records.filter(({ outcome }) => outcome === "submitted").map(({ jobId }) => jobId);
  expect(submitted.sort()).toEqual((await jobsOf(app)).map(({ jobId }) => jobId).sort());
  const { told, found } = await countsOf(app);
  expect(told).toEqual(found);
}

const ECHO = { job_type: "echo", payload: { text: "hi" } };
const BATCH = {
  batch: {
    items: [
      { key: "a", ...ECHO },
      { key: "b", ...ECHO, depends_on: ["a"] },
    ],
  },
};

/** The same of batches; `stops` says of each, the earliest first, why it is to stop. */
async function expectOneBatchEach({ app, site }: Scene, stops: readonly ("cancelled" | undefined)[]): Promise<void> {
  const records = await recordsOf(app);
  const submitted = records.filter(({ outcome }) => outcome === "submitted").map(({ batchId = "" }) => batchId);
  expect((await site.rowKeys()).filter((key) => key.startsWith("batch|"))).toHaveLength(submitted.length);
  const stored = submitted.map(async (batchId) => app.batches.require({ workspaceId: "default", batchId }));
  expect((await Promise.all(stored)).map(({ batch }) => batch.stop)).toEqual(stops);
  const { told, found } = await countsOf(app);
  expect(told).toEqual(found);
}

const ACTS: Readonly<Record<string, Act>> = {
  "a tick that submits": {
    prepare: begin,
    run: tick,
    async judge(at) {
      expect(await storyOf(at.app)).toEqual(["00:10 submitted"]);
      await expectOneJobEach(at);
    },
  },
  "a tick after an outage, with missed occurrences and one that waits": {
    prepare: async (at) => begin(at, { overlap: "buffer", catchUpSeconds: 900 }, "00:50"),
    run: tick,
    async judge(at) {
      const missed = ["00:10 missed", "00:20 missed", "00:30 missed"];
      expect(await storyOf(at.app)).toEqual([...missed, "00:40 submitted", "00:50 buffered"]);
      await expectOneJobEach(at);
    },
  },
  "a tick that cancels the one before": {
    async prepare(at) {
      await begin(at, { overlap: "cancel" });
      await at.tickAt("00:10");
      at.site.now = new Date("2026-03-01T00:20:00Z");
    },
    run: tick,
    async judge(at) {
      expect((await jobsOf(at.app)).map(({ phase }) => phase)).toEqual(["cancelled", "queued"]);
      await expectOneJobEach(at);
    },
  },
  "a tick that submits a batch": {
    prepare: async (at) => begin(at, { submit: BATCH }),
    run: tick,
    async judge(at) {
      expect(await storyOf(at.app)).toEqual(["00:10 submitted"]);
      await expectOneBatchEach(at, [undefined]);
    },
  },
  "a tick that cancels the batch before": {
    async prepare(at) {
      await begin(at, { submit: BATCH, overlap: "cancel" });
      await at.tickAt("00:10");
      at.site.now = new Date("2026-03-01T00:20:00Z");
    },
    run: tick,
    async judge(at) {
      expect(await storyOf(at.app)).toEqual(["00:10 submitted", "00:20 submitted"]);
      await expectOneBatchEach(at, ["cancelled", undefined]);
    },
  },
  "a tick that notes an end, and lets go what waited": {
    async prepare(at) {
      await begin(at, { overlap: "buffer" });
      for (const time of ["00:10", "00:20"]) await at.tickAt(time);
      await at.work();
    },
    run: tick,
    async judge(at) {
      expect(await storyOf(at.app)).toEqual(["00:10 submitted", "00:20 submitted"]);
      expect((await recordsOf(at.app))[0]).toMatchObject({ status: "completed" });
      await expectOneJobEach(at);
    },
  },
  "a run that an operator asks for": {
    prepare: async (at) => begin(at, { enabled: false }),
    run: async (app, at) => runSchedule(app, { ref: REF, plannedAt: new Date("2026-03-01T00:05:00Z") }, at.log),
    async judge(at) {
      await runSchedule(at.app, { ref: REF, plannedAt: new Date("2026-03-01T00:05:00Z") }, at.log);
      expect(await storyOf(at.app)).toEqual(["00:05 submitted"]);
      await expectOneJobEach(at);
    },
  },
  "a backfill": {
    prepare: async (at) => begin(at, {}, "00:05"),
    async run(app, at) {
      const interval = { from: new Date("2026-02-28T23:20:00Z"), to: new Date("2026-03-01T00:00:00Z") };
      return backfillSchedule(app, { ref: REF, ...interval }, at.log);
    },
    async judge(at) {
      await ACTS["a backfill"]?.run(at.app, at);
      const records = await recordsOf(at.app);
      expect(records.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 5 }, () => "submitted"));
      await expectOneJobEach(at);
    },
  },
  "creating a schedule": {
    prepare: async () => undefined,
    run: async (app) => createSchedule(app, everyTenMinutes()),
    async judge(at) {
      if (!(await at.app.schedules.find(REF))) await at.create();
      await at.tickAt("00:10");
      expect(await storyOf(at.app)).toEqual(["00:10 submitted"]);
    },
  },
  "changing its times while one is due": {
    prepare: begin,
    run: async (app, at) =>
      changeSchedule(app, { ref: REF, isExpected: () => true, change: { cron: "0 12 * * *" } }, at.log),
    async judge(at) {
      await ACTS["changing its times while one is due"]?.run(at.app, at);
      await at.tickAt("00:20");
      expect(await storyOf(at.app)).toEqual(["00:10 submitted"]);
      await expectOneJobEach(at);
    },
  },
  "deleting it with its records": {
    async prepare(at) {
      await begin(at, { cron: "* * * * *" }, "03:00");
      await at.tickAt("03:00");
    },
    run: async (app) => deleteSchedule(app, REF),
    async judge(at) {
      if ((await at.app.schedules.find(REF)) && !(await at.app.schedules.find(REF))?.schedule.deletedAt)
        await deleteSchedule(at.app, REF);
      await tick(at.app);
      expect(await at.app.schedules.find(REF)).toBeUndefined();
      const { schedule } = { schedule: await at.create() };
      expect([schedule.records, await recordsOf(at.app)]).toEqual([0, []]);
    },
  },
};

describe("a process that dies at any of its writes", () => {
  it.each(Object.entries(ACTS))(
    "in %s: the next one finishes it",
    async (_, act) => {
      let deaths = 0;
      for (let nth = 1; ; nth++) {
        const died = await Promise.all(
          (["before", "after"] as const).map(async (at) => {
            const set = await scene();
            await act.prepare(set);
            const hasDied = await set.site.die({ nth, at }, async (app) => act.run(app, set));
            await tick(set.app);
            await act.judge(set);
            return hasDied;
          }),
        );
        if (!died.includes(true)) break;
        deaths++;
      }
      expect(deaths).toBeGreaterThan(0);
    },
    120_000,
  );
});
