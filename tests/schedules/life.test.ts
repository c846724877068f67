import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { App } from "../../src/app.ts";
import { backfillSchedule } from "../../src/schedules/backfill-schedule.ts";
import { changeSchedule } from "../../src/schedules/change-schedule.ts";
import { timesIn } from "../../src/schedules/cron-times.ts";
import { runSchedule } from "../../src/schedules/run-schedule.ts";
import { tickSchedules } from "../../src/schedules/tick-schedules.ts";
import { collectLog } from "../support/sinks.ts";
import { REF, countsOf, jobsOf, recordsOf, scene } from "./scene.ts";
import type { Scene } from "./scene.ts";

const MINUTE_MS = 60_000;
const isExpected = () => true;
const tick = async (app: App) => tickSchedules(app, collectLog().sink);

/** What can happen to a schedule, each in a process that may die at one of its writes. */
const EVENTS: Readonly<Record<string, (app: App, at: Scene, size: number) => Promise<unknown>>> = {
  tick,
  async twoTicks(app, at) {
    await Promise.all([tick(app), tick(at.app)]);
  },
  async pass(_, { site }, size) {
    site.now = new Date(site.now.getTime() + size * 7 * MINUTE_MS);
  },
  async work(_, { work }) {
    await work();
  },
  async run(app, { log, site }, size) {
    const plannedAt = new Date(Math.floor(site.now.getTime() / MINUTE_MS - size) * MINUTE_MS);
    await runSchedule(app, { ref: REF, ...(size > 5 && { plannedAt }) }, log);
  },
  async backfill(app, { log, site }, size) {
    const from = new Date(site.now.getTime() - size * 10 * MINUTE_MS);
    await backfillSchedule(app, { ref: REF, from, to: site.now }, log);
  },
  async overlap(app, { log }, size) {
    const overlap = (["skip", "buffer", "cancel"] as const)[size % 3];
    if (overlap) await changeSchedule(app, { ref: REF, isExpected, change: { overlap } }, log);
  },
  async disable(app, { log }) {
    await changeSchedule(app, { ref: REF, isExpected, change: { enabled: false } }, log);
    await tick(app);
  },
};

const eventArbitrary = fc.record({
  name: fc.constantFrom(...Object.keys(EVENTS), "pass", "tick", "tick"),
  size: fc.integer({ min: 1, max: 12 }),
  /** Of ten, some die early; most of the others have no such write. */
  nth: fc.integer({ min: 1, max: 10 }),
  at: fc.constantFrom("before" as const, "after" as const),
});

describe("a schedule, whatever happens to it in whatever order and dies on the way", () => {
  it("has one record for each of its times, and one job for each that was submitted", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(eventArbitrary, { minLength: 5, maxLength: 25 }), async (events) => {
        const set = await scene();
        await set.create({ overlap: "buffer", catchUpSeconds: 1800 });
        const beganAt = set.site.now;
        for (const { name, size, nth, at } of events) {
          await set.site.die({ nth, at }, async (app) => EVENTS[name]?.(app, set, size));
          // At once, so that all times are due.
          if (name === "disable")
            await changeSchedule(set.app, { ref: REF, isExpected, change: { enabled: true } }, set.log);
        }
        await tick(set.app);
        const records = await recordsOf(set.app);
        const recorded = records.map(({ plannedAt }) => plannedAt.toISOString());
        const range = { after: beganAt, until: set.site.now, limit: 1000 };
        const due = timesIn({ cron: "*/10 * * * *", timeZone: "UTC" }, range).map((time) => time.toISOString());
        expect(recorded).toEqual(expect.arrayContaining(due));
        expect(new Set(recorded).size).toBe(recorded.length);
        expect(records.filter(({ outcome }) => outcome === "pending")).toEqual([]);
        expect(records.filter(({ outcome }) => outcome === "buffered").length).toBeLessThanOrEqual(1);
        const submitted = records.filter(({ outcome }) => outcome === "submitted").map(({ jobId }) => jobId);
        expect(submitted.sort()).toEqual((await jobsOf(set.app)).map(({ jobId }) => jobId).sort());
        const { told, found } = await countsOf(set.app);
        expect(told).toEqual(found);
      }),
      { numRuns: 60 },
    );
  }, 300_000);
});
