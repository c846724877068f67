import { describe, expect, it } from "@jest/globals";
import type { App } from "../../src/app.ts";
import { MillraceError } from "../../src/platform/errors.ts";
import { changeSchedule } from "../../src/schedules/change-schedule.ts";
import { MOST_AT_ONCE } from "../../src/schedules/decide-occurrences.ts";
import { MAX_RECORDS } from "../../src/schedules/purge-records.ts";
import { REF, countsOf, jobsOf, recordsOf, scene, storyOf } from "./scene.ts";
import type { Scene } from "./scene.ts";

const MINUTE_MS = 60_000;
const isExpected = () => true;

describe("changeSchedule()", () => {
  const change = async (at: Scene, fields: object) =>
    changeSchedule(at.app, { ref: REF, isExpected, change: fields }, at.log);

  it("lets nothing begin while it is disabled, and makes nothing of that time up (R-244)", async () => {
    const at = await scene();
    await at.create();
    await change(at, { enabled: false });
    await at.tickAt("00:30");
    await change(at, { enabled: true });
    await at.tickAt("00:35");
    expect(await storyOf(at.app)).toEqual([]);
    await at.tickAt("00:40");
    expect(await storyOf(at.app)).toEqual(["00:40 submitted"]);
  });

  it("sees to what has come due by the old times before the new ones count", async () => {
    const at = await scene();
    await at.create();
    at.site.now = new Date("2026-03-01T00:10:30Z");
    await change(at, { cron: "0 12 * * *" });
    expect(await storyOf(at.app)).toEqual(["00:10 submitted"]);
    await at.tickAt("00:20");
    expect(await storyOf(at.app)).toEqual(["00:10 submitted"]);
  });

  it("keeps what is due where the times stay as they are", async () => {
    const at = await scene();
    await at.create();
    at.site.now = new Date("2026-03-01T00:10:30Z");
    await change(at, { overlap: "buffer", submit: { job: { job_type: "echo", payload: { text: "new" } } } });
    await at.tickAt("00:11");
    expect(await storyOf(at.app)).toEqual(["00:10 submitted"]);
    expect((await jobsOf(at.app))[0]).toMatchObject({ payload: { inline: { text: "new" } } });
  });

  it("sees to all that has come due by the old times, however much that is", async () => {
    const at = await scene();
    await at.create({ cron: "* * * * *", catchUpSeconds: 7 * 24 * 3600 });
    at.site.now = new Date("2026-03-03T00:00:30Z");
    await change(at, { cron: "0 12 * * *" });
    const latest = (await recordsOf(at.app)).slice(-MAX_RECORDS);
    const gaps = latest.slice(1).map(({ plannedAt }, index) => Number(plannedAt) - Number(latest[index]?.plannedAt));
    expect(gaps).toEqual(gaps.map(() => MINUTE_MS));
    expect(latest.at(-1)?.plannedAt).toEqual(new Date("2026-03-03T00:00:00Z"));
    const { schedule } = await at.app.schedules.require(REF);
    expect(schedule).toMatchObject({ cron: "0 12 * * *", nextAt: new Date("2026-03-03T12:00:00Z") });
  }, 120_000);

  it("changes nothing where that cannot be seen to", async () => {
    const at = await scene();
    await at.create({ cron: "* * * * *", catchUpSeconds: 7 * 24 * 3600 });
    at.site.now = new Date("2026-03-03T00:00:30Z");
    void at.app.shutdown.begin({ graceMs: 0 });
    await expect(change(at, { cron: "0 12 * * *" })).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    expect((await at.app.schedules.require(REF)).schedule.cron).toBe("* * * * *");
  });

  describe("to disable it", () => {
    const create503 = async () => Promise.reject(new MillraceError("STORAGE_UNAVAILABLE", "no"));
    const ill = ({ app }: Scene): App => ({ ...app, jobs: { ...app.jobs, create: create503 } });

    it("lets go what was to be submitted and is not", async () => {
      const at = await scene();
      await at.create();
      await at.tickAt("00:10", ill(at));
      expect(await storyOf(at.app)).toEqual(["00:10 pending"]);
      await change(at, { enabled: false });
      await at.tickAt("00:11");
      expect(await recordsOf(at.app)).toMatchObject([
        { outcome: "skipped_overlap", reason: "the schedule was disabled before it was submitted" },
      ]);
      expect(await jobsOf(at.app)).toEqual([]);
      expect(await countsOf(at.app)).toEqual({ told: [1, 0], found: [1, 0] });
    });

    it("begins nothing that is due, and records the latest of it", async () => {
      const at = await scene();
      await at.create({ cron: "* * * * *", catchUpSeconds: 7 * 24 * 3600 });
      at.site.now = new Date("2026-03-03T00:00:30Z");
      await change(at, { enabled: false });
      const records = await recordsOf(at.app);
      expect(records).toHaveLength(MOST_AT_ONCE);
      expect(records.at(-1)).toMatchObject({
        ...{ plannedAt: new Date("2026-03-03T00:00:00Z"), outcome: "skipped_overlap" },
        reason: "the schedule was disabled before anybody saw to it",
      });
      await change(at, { enabled: false });
      expect(await countsOf(at.app)).toEqual({ told: [MOST_AT_ONCE, 0], found: [MOST_AT_ONCE, 0] });
    });

    it("tells of what was submitted before, though nobody had recorded it", async () => {
      const at = await scene();
      await at.create();
      at.site.now = new Date("2026-03-01T00:10:00Z");
      // It dies once the job is made: behind the writes of the decision and of the job.
      await at.site.die({ nth: 3, at: "before" }, async (app) => at.tickAt("00:10", app));
      expect([await storyOf(at.app), (await jobsOf(at.app)).length]).toEqual([["00:10 pending"], 1]);
      await change(at, { enabled: false });
      await at.tickAt("00:11");
      const [job] = await jobsOf(at.app);
      expect(await recordsOf(at.app)).toMatchObject([{ outcome: "submitted", jobId: job?.jobId }]);
    });
  });
});
