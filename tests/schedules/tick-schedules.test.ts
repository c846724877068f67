import { describe, expect, it } from "@jest/globals";
import type { App } from "../../src/app.ts";
import { regenerateJob } from "../../src/jobs/regenerate.ts";
import { MillraceError } from "../../src/platform/errors.ts";
import { createProfileRegistry } from "../../src/profiles/registry.ts";
import { changeSchedule } from "../../src/schedules/change-schedule.ts";
import { MAX_RECORDS } from "../../src/schedules/purge-records.ts";
import { runSchedule } from "../../src/schedules/run-schedule.ts";
import { scheduleKey } from "../../src/schedules/schedule-row.ts";
import { echoProfile } from "../support/profiles.ts";
import { REF, countsOf, jobsOf, recordsOf, scene, storyOf } from "./scene.ts";

const expected = () => true;

describe("tickSchedules()", () => {
  it("submits the job of a schedule when its time has come, once (R-236, R-239)", async () => {
    const { app, create, tickAt, work, lines } = await scene();
    await create();
    await tickAt("00:09");
    expect(await jobsOf(app)).toEqual([]);
    await tickAt("00:10:01");
    await tickAt("00:10:02");
    const [job, ...others] = await jobsOf(app);
    expect(others).toEqual([]);
    expect(job).toMatchObject({ jobType: "echo", phase: "queued", payload: { inline: { text: "hi" } } });
    await work();
    await tickAt("00:11");
    expect(await recordsOf(app)).toEqual([
      expect.objectContaining({
        ...{
          plannedAt: new Date("2026-03-01T00:10:00Z"),
          trigger: "schedule",
          outcome: "submitted",
          status: "completed",
        },
        ...{
          submittedAt: new Date("2026-03-01T00:10:01Z"),
          endedAt: new Date("2026-03-01T00:10:02Z"),
          jobId: job?.jobId,
        },
      }),
    ]);
    expect(lines).toEqual([expect.stringMatching(/^info occurrence submitted .*"late_ms":1000/)]);
    expect(await countsOf(app)).toEqual({ told: [1, 0], found: [1, 0] });
  });

  it("asks storage one question a minute while nothing is due", async () => {
    const { site, create, tickAt } = await scene();
    await create();
    const before = site.requests();
    await tickAt("00:05");
    expect(site.requests() - before).toBe(1);
  });

  it("comes to each of very many within minutes, and says when it has not come to all", async () => {
    const { app, site, create, tickAt, lines } = await scene();
    const names = Array.from({ length: 1500 }, (_, index) => `s${String(index)}`);
    for (const name of names) await create({ name });
    const seen = new Set<string>();
    // Each look takes a while, and leaves the schedule as it is: it is due again in the next minute.
    const slow: App = {
      ...app,
      schedules: {
        ...app.schedules,
        async find({ name }) {
          seen.add(name);
          site.now = new Date(site.now.getTime() + 100);
          return undefined;
        },
      },
    };
    const told: number[] = [];
    for (let minute = 10; minute < 18; minute++) {
      await tickAt(`00:${String(minute)}`, slow);
      told.push(seen.size);
    }
    expect(told[0]).toBeLessThan(500);
    expect(told.at(-1)).toBe(names.length);
    expect(lines[0]).toMatch(/^warn schedules left for the next minute .*"due":1500,"left":10\d\d/);
  });

  it("takes a timer of few times into account: nothing is missed between two of them", async () => {
    const { app, create, tickAt } = await scene({ SCHEDULE_TICK: "0 */10 * * * *" });
    await create({ cron: "* * * * *", overlap: "buffer", catchUpSeconds: 60 });
    await tickAt("00:10");
    expect(await storyOf(app)).toEqual([
      ...["00:01 submitted", "00:02 buffered"],
      ...["03", "04", "05", "06", "07", "08", "09", "10"].map((minute) => `00:${minute} skipped_overlap`),
    ]);
  });

  it("keeps schedules of one name in two workspaces apart", async () => {
    const { app, create, tickAt } = await scene();
    await create();
    await create({ workspaceId: "acme" });
    await tickAt("00:10");
    expect([(await jobsOf(app)).length, (await jobsOf(app, "acme")).length]).toEqual([1, 1]);
  });

  describe("while the one before has not ended (R-238)", () => {
    it("skip: records that it was skipped", async () => {
      const { app, create, tickAt, work, lines } = await scene();
      await create();
      await tickAt("00:10");
      await tickAt("00:20");
      await work();
      await tickAt("00:30");
      expect(await storyOf(app)).toEqual(["00:10 submitted", "00:20 skipped_overlap", "00:30 submitted"]);
      expect(await jobsOf(app)).toHaveLength(2);
      expect(lines.filter((line) => line.startsWith("warn occurrence skipped"))).toHaveLength(1);
    });

    it("buffer: one waits for its end and then goes, and a second is skipped", async () => {
      const { app, create, tickAt, work } = await scene();
      await create({ overlap: "buffer" });
      for (const time of ["00:10", "00:20", "00:30"]) await tickAt(time);
      expect(await storyOf(app)).toEqual(["00:10 submitted", "00:20 buffered", "00:30 skipped_overlap"]);
      await tickAt("00:31");
      expect(await jobsOf(app)).toHaveLength(1);
      await work();
      await tickAt("00:32");
      expect(await storyOf(app)).toEqual(["00:10 submitted", "00:20 submitted", "00:30 skipped_overlap"]);
      expect(await jobsOf(app)).toHaveLength(2);
      expect(await countsOf(app)).toEqual({ told: [3, 1], found: [3, 1] });
    });

    it("cancel: ends the one before, and says why", async () => {
      const { app, create, tickAt } = await scene();
      await create({ overlap: "cancel" });
      for (const time of ["00:10", "00:20"]) await tickAt(time);
      const [first, second] = await jobsOf(app);
      expect([first?.phase, second?.phase]).toEqual(["cancelled", "queued"]);
      expect(first?.last).toMatchObject({ actor: "supervisor", reason: "the next occurrence of its schedule is due" });
      await tickAt("00:21");
      expect((await recordsOf(app)).map(({ status }) => status)).toEqual(["cancelled", undefined]);
    });

    it("cancel: ends the one before also where both could only be submitted together", async () => {
      const { app, create, tickAt } = await scene();
      await create({ overlap: "cancel", catchUpSeconds: 3600 });
      const create503 = async () => Promise.reject(new MillraceError("STORAGE_UNAVAILABLE", "no"));
      await tickAt("00:10", { ...app, jobs: { ...app.jobs, create: create503 } });
      expect(await storyOf(app)).toEqual(["00:10 pending"]);
      await tickAt("00:20");
      expect(await storyOf(app)).toEqual(["00:10 submitted", "00:20 submitted"]);
      const phases = new Map((await jobsOf(app)).map(({ jobId, phase }) => [jobId, phase]));
      const records = await recordsOf(app);
      expect(records.map(({ jobId = "" }) => phases.get(jobId))).toEqual(["cancelled", "queued"]);
    });

    it("takes a job that is gone for one that has ended", async () => {
      const { app, create, tickAt } = await scene();
      await create();
      await tickAt("00:10");
      const gone: App = { ...app, jobs: { ...app.jobs, get: async () => undefined } };
      await tickAt("00:15", gone);
      expect((await recordsOf(app))[0]).toMatchObject({ status: "gone", endedAt: new Date("2026-03-01T00:15:00Z") });
    });

    it("is not held up by an operator's second thoughts about one that had ended", async () => {
      const { app, create, tickAt, work } = await scene();
      await create();
      await tickAt("00:10");
      await work();
      await tickAt("00:15");
      const [job] = await jobsOf(app);
      if (job) await regenerateJob(app, { ref: job, traceparent: job.traceparent });
      await tickAt("00:20");
      expect(await storyOf(app)).toEqual(["00:10 submitted", "00:20 submitted"]);
    });
  });

  describe("after an outage (R-240)", () => {
    it("makes up what is within the window, and records and reports what is not", async () => {
      const { app, create, tickAt, lines } = await scene();
      await create({ catchUpSeconds: 900 });
      await tickAt("01:00");
      expect(await storyOf(app)).toEqual([
        ...["00:10 missed", "00:20 missed", "00:30 missed", "00:40 missed"],
        ...["00:50 submitted", "01:00 skipped_overlap"],
      ]);
      const [line] = lines.filter((each) => each.startsWith("error"));
      expect(line).toMatch(/^error occurrences missed /);
      expect(JSON.parse(line?.replace("error occurrences missed ", "") ?? "")).toMatchObject({
        ...{ workspace_id: "default", schedule: "nightly", count: 4, and_more_before: false },
        ...{
          first: "2026-03-01T00:10:00.000Z",
          last: "2026-03-01T00:40:00.000Z",
          error: { code: "OCCURRENCE_MISSED" },
        },
      });
    });

    it("comes to an end after a year of minutes, in bounded steps", async () => {
      const { app, site, create, tickAt } = await scene();
      await create({ cron: "* * * * *", catchUpSeconds: 7 * 24 * 3600 });
      const before = site.requests();
      await tickAt("2027-03-01T00:00:00Z");
      const spent = site.requests() - before;
      expect(spent).toBeLessThan(100);
      let ticks = 1;
      while ((await app.schedules.require(REF)).schedule.seenUntil < site.now) {
        await tickAt(site.now.toISOString());
        expect(++ticks).toBeLessThan(20);
      }
      expect(await jobsOf(app)).toHaveLength(1);
    }, 120_000);
  });

  describe("where a request is refused", () => {
    const forgetful = (app: App): App => ({
      ...app,
      profiles: createProfileRegistry([{ ...echoProfile(), id: "other" }], ["documents"]),
    });

    it("records the code, and goes on with all others", async () => {
      const { app, create, tickAt, lines } = await scene();
      await create();
      const other = { job: { job_type: "other", payload: { text: "hi" } } };
      await create({ name: "second" });
      const stored = await app.schedules.require({ ...REF, name: "second" });
      await app.schedules.save({ ...stored.schedule, submit: other }, stored.etag);
      await tickAt("00:10", forgetful(app));
      expect((await recordsOf(app))[0]).toMatchObject({
        outcome: "failed_to_submit",
        error: { code: "UNKNOWN_JOB_TYPE" },
      });
      expect(await storyOf(app, { ...REF, name: "second" })).toEqual(["00:10 submitted"]);
      expect(lines.filter((line) => line.startsWith("error occurrence not submitted"))).toHaveLength(1);
      await tickAt("00:20");
      expect(await storyOf(app)).toEqual(["00:10 failed_to_submit", "00:20 submitted"]);
    });

    it("goes on with all others where one row cannot be read", async () => {
      const { app, create, tickAt, lines } = await scene();
      await create();
      await create({ name: "second" });
      const row = await app.storage.jobs.get(scheduleKey(REF));
      if (row) await app.storage.jobs.save({ ...row.row, submit: "{" }, row.etag);
      await tickAt("00:10");
      expect(await storyOf(app, { ...REF, name: "second" })).toEqual(["00:10 submitted"]);
      expect(lines).toContainEqual(expect.stringMatching(/^error schedule put off /));
    });

    it("tries again what storage had no time for, and gives up when it may be made up no more", async () => {
      const { app, create, tickAt, lines } = await scene();
      await create({ catchUpSeconds: 120 });
      const create503 = async () => Promise.reject(new MillraceError("STORAGE_UNAVAILABLE", "no"));
      const ill: App = { ...app, jobs: { ...app.jobs, create: create503 } };
      await tickAt("00:10", ill);
      expect(await storyOf(app)).toEqual(["00:10 pending"]);
      await tickAt("00:11");
      expect(await storyOf(app)).toEqual(["00:10 submitted"]);
      await tickAt("00:20", { ...ill, jobs: { ...ill.jobs, get: async () => undefined } });
      await tickAt("00:22", ill);
      expect((await storyOf(app))[1]).toBe("00:20 pending");
      await tickAt("00:22:01", ill);
      expect((await recordsOf(app))[1]).toMatchObject({
        outcome: "failed_to_submit",
        error: { code: "STORAGE_UNAVAILABLE" },
      });
      expect(lines.filter((line) => line.startsWith("warn occurrence not submitted yet"))).toHaveLength(3);
    });

    it("finds the job that was made before the schedule's request was changed", async () => {
      const { app, site, create, tickAt, log } = await scene();
      await create();
      site.now = new Date("2026-03-01T00:10:00Z");
      const deaf: App = {
        ...app,
        schedules: {
          ...app.schedules,
          save: async (schedule, etag, beside = {}) => {
            if (beside.put?.some(({ outcome }) => outcome === "submitted")) throw new Error("died");
            return app.schedules.save(schedule, etag, beside);
          },
        },
      };
      await tickAt("00:10", deaf);
      expect([await storyOf(app), (await jobsOf(app)).length]).toEqual([["00:10 pending"], 1]);
      const change = { submit: { job: { job_type: "echo", payload: { text: "another" } } } };
      await changeSchedule(app, { ref: REF, isExpected: expected, change }, log);
      await tickAt("00:11");
      const [job, ...others] = await jobsOf(app);
      expect(others).toEqual([]);
      expect((await recordsOf(app))[0]).toMatchObject({ outcome: "submitted", jobId: job?.jobId });
    });
  });

  describe("letting records go", () => {
    it("does so by their age, and says since when there are all", async () => {
      const { app, create, tickAt, work } = await scene({ OCCURRENCE_DAYS: "2" });
      await create({ cron: "0 12 * * *" });
      for (const day of [1, 2, 3, 4, 5]) {
        await tickAt(`2026-03-0${String(day)}T12:00:00Z`);
        await work();
      }
      await tickAt("2026-03-06T12:00:00Z");
      expect((await recordsOf(app)).map(({ plannedAt }) => plannedAt.getUTCDate())).toEqual([4, 5, 6]);
      const { schedule } = await app.schedules.require(REF);
      expect(schedule).toMatchObject({ records: 3, open: 1, keptSince: new Date("2026-03-04T12:00:00Z") });
    });

    it("does so by their number, some at a time, and never what is not ended", async () => {
      const { app, create, tickAt } = await scene();
      await create({ cron: "* * * * *", catchUpSeconds: 7 * 24 * 3600 });
      await tickAt("19:00");
      for (let minute = 1; minute <= 10; minute++) await tickAt(`19:${String(minute).padStart(2, "0")}`);
      const records = await recordsOf(app);
      expect(records.length).toBeLessThan(MAX_RECORDS + 100);
      expect(records[0]).toMatchObject({ outcome: "submitted", plannedAt: new Date("2026-03-01T00:01:00Z") });
      expect(await countsOf(app)).toEqual({ told: [records.length, 1], found: [records.length, 1] });
    }, 60_000);
  });
});

describe("runSchedule()", () => {
  it("runs beside the schedule: it is not held up, and holds nothing up", async () => {
    const { app, create, tickAt, log, site } = await scene();
    await create();
    await tickAt("00:10");
    await runSchedule(app, { ref: REF }, log);
    await runSchedule(app, { ref: REF }, log);
    expect(await jobsOf(app)).toHaveLength(3);
    expect((await recordsOf(app)).map(({ trigger }) => trigger).sort()).toEqual(["manual", "manual", "schedule"]);
    site.now = new Date("2026-03-01T00:20:00Z");
    await runSchedule(app, { ref: REF }, log);
    await tickAt("00:20");
    expect((await storyOf(app)).at(-1)).toBe("00:20 skipped_overlap");
  });

  it("stays pending where storage is in the way, and the timer goes on", async () => {
    const { app, create, tickAt, log } = await scene();
    await create({ enabled: false });
    const ill = async () => Promise.reject(new MillraceError("STORAGE_UNAVAILABLE", "no"));
    const { occurrence } = await runSchedule({ ...app, jobs: { ...app.jobs, create: ill } }, { ref: REF }, log);
    expect(occurrence.outcome).toBe("pending");
    await tickAt("00:01");
    expect(await recordsOf(app)).toMatchObject([{ outcome: "submitted", trigger: "manual" }]);
    expect(await jobsOf(app)).toHaveLength(1);
  });
});
