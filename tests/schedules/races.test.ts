import { describe, expect, it } from "@jest/globals";
import type { App } from "../../src/app.ts";
import { advanceSchedule } from "../../src/schedules/advance-schedule.ts";
import { backfillSchedule } from "../../src/schedules/backfill-schedule.ts";
import { requireKnown, saveRecords } from "../../src/schedules/change-records.ts";
import { changeSchedule } from "../../src/schedules/change-schedule.ts";
import { createSchedule } from "../../src/schedules/create-schedule.ts";
import type { CreateScheduleCommand } from "../../src/schedules/create-schedule.ts";
import { decideOccurrences } from "../../src/schedules/decide-occurrences.ts";
import { deleteSchedule } from "../../src/schedules/delete-schedule.ts";
import { runSchedule } from "../../src/schedules/run-schedule.ts";
import { logTo } from "../../src/platform/log.ts";
import { tickSchedules } from "../../src/schedules/tick-schedules.ts";
import { runEveryInterleaving } from "../support/interleavings.ts";
import { echoProfile } from "../support/profiles.ts";
import { createTally, told } from "../support/racers.ts";
import { createSimulatedSite } from "../support/simulated-app.ts";
import { collectLog } from "../support/sinks.ts";
import { REF, countsOf, everyTenMinutes, jobsOf, recordsOf, storyOf } from "./scene.ts";

const at = (app: App, time: string): App => ({ ...app, clock: { now: () => new Date(`2026-03-01T${time}:00Z`) } });
/** The timer, at this one schedule. */
const tick = async (app: App) => advanceSchedule(at(app, "00:10"), REF, log);
/** A schedule whose request is refused before it asks storage: what is left is who decides. */
const refused = { submit: { job: { job_type: "gone", payload: {} } } };
const prepareWith =
  (fields: Partial<CreateScheduleCommand> = {}) =>
  async (app: App) =>
    createSchedule(at(app, "00:05"), everyTenMinutes(fields));
const log = logTo(collectLog().sink);

async function expectSound(app: App): Promise<void> {
  const records = await recordsOf(app);
  const submitted = records.filter(({ outcome }) => outcome === "submitted").map(({ jobId }) => jobId);
  expect(submitted.sort()).toEqual((await jobsOf(app)).map(({ jobId }) => jobId).sort());
  const { told: counted, found } = await countsOf(app);
  expect(counted).toEqual(found);
}

describe("two ticks at the same moment (R-237)", () => {
  it.each([
    ["skip", "00:10"],
    ["cancel", "00:20"],
  ] as const)(
    "decide once, in every order of what they ask of storage: %s at %s",
    async (overlap, time) => {
      const decide = async (app: App) => advanceSchedule(at(app, time), REF, log);
      const orders = await runEveryInterleaving({
        profiles: [echoProfile()],
        async prepare(app) {
          const schedule = await prepareWith({ overlap })(app);
          await app.schedules.save({ ...schedule, ...refused }, (await app.schedules.require(REF)).etag);
        },
        actors: { one: decide, two: decide },
        async judge({ one, two }, { app }) {
          expect([told(one), told(two)]).toEqual([undefined, undefined]);
          const before = overlap === "cancel" ? ["00:10 skipped_overlap"] : [];
          expect(await storyOf(app)).toEqual([...before, `${time} failed_to_submit`]);
          await expectSound(app);
        },
      });
      expect(orders).toBeGreaterThan(10);
    },
    300_000,
  );

  it("submit once what is recorded, in every order", async () => {
    const orders = await runEveryInterleaving({
      profiles: [echoProfile()],
      async prepare(app) {
        await prepareWith()(app);
        const known = await requireKnown(app.schedules, REF);
        const now = new Date("2026-03-01T00:10:00Z");
        const { schedule, changed } = decideOccurrences(known, now);
        await saveRecords(app.schedules, { ...known, schedule }, changed);
      },
      actors: { one: tick, two: tick },
      async judge({ one, two }, { app }) {
        expect([told(one), told(two)]).toEqual([undefined, undefined]);
        expect(await storyOf(app)).toEqual(["00:10 submitted"]);
        await expectSound(app);
      },
    });
    expect(orders).toBeGreaterThan(10);
  }, 300_000);

  it("fire once, in every order from the beginning to the end", async () => {
    const orders = await runEveryInterleaving({
      profiles: [echoProfile()],
      prepare: prepareWith(),
      actors: { one: tick, two: tick },
      async judge({ one, two }, { app }) {
        expect([told(one), told(two)]).toEqual([undefined, undefined]);
        expect(await storyOf(app)).toEqual(["00:10 submitted"]);
        expect(await jobsOf(app)).toHaveLength(1);
        await expectSound(app);
      },
    });
    expect(orders).toBeGreaterThan(100);
  }, 300_000);

  it("fire each of many schedules once, racing on real storage clients", async () => {
    const site = await createSimulatedSite([echoProfile()]);
    const names = Array.from({ length: 20 }, (_, index) => `s${String(index)}`);
    for (const name of names) await createSchedule(site.app, everyTenMinutes({ name, overlap: "buffer" }));
    site.now = new Date("2026-03-01T00:10:00Z");
    await Promise.all([1, 2, 3].map(async () => tickSchedules(site.app, collectLog().sink)));
    await tickSchedules(site.app, collectLog().sink);
    expect(await jobsOf(site.app)).toHaveLength(20);
    for (const name of names) expect(await storyOf(site.app, { ...REF, name })).toEqual(["00:10 submitted"]);
  });
});

describe("a tick and an operator", () => {
  it("who disables it: it has fired before, or it does not fire", async () => {
    const { count, seen } = createTally();
    await runEveryInterleaving({
      profiles: [echoProfile()],
      prepare: prepareWith(),
      actors: {
        tick,
        operator: async (app) =>
          changeSchedule(at(app, "00:10"), { ref: REF, isExpected: () => true, change: { enabled: false } }, log),
      },
      async judge({ operator }, { app }) {
        expect(told(operator)).toMatchObject({ enabled: false });
        await tick(app);
        const story = await storyOf(app);
        await expectSound(app);
        count(...story);
      },
    });
    expect(seen()).toEqual(["", "00:10 submitted"]);
  }, 300_000);

  it("who deletes it: it is gone, and so are its records", async () => {
    const { count, seen } = createTally();
    await runEveryInterleaving({
      profiles: [echoProfile()],
      prepare: prepareWith(),
      actors: { tick, operator: async (app) => deleteSchedule(at(app, "00:10"), REF) },
      async judge({ operator }, { app, context }) {
        expect(told(operator)).toBeUndefined();
        await tick(app);
        expect(await app.schedules.find(REF)).toBeUndefined();
        expect(await app.schedules.records(context, { limit: 10 })).toEqual([]);
        count((await jobsOf(app)).length);
      },
    });
    expect(seen()).toEqual(["0", "1"]);
  }, 300_000);

  it("who runs it for the same time: there is one job", async () => {
    const { count, seen } = createTally();
    await runEveryInterleaving({
      profiles: [echoProfile()],
      prepare: prepareWith(),
      actors: {
        tick,
        operator: async (app) =>
          runSchedule(at(app, "00:10"), { ref: REF, plannedAt: new Date("2026-03-01T00:10:00Z") }, log),
      },
      async judge({ operator }, { app }) {
        const ran = told(operator);
        if (typeof ran === "string") throw new Error(ran);
        await tick(app);
        const [job, ...others] = await jobsOf(app);
        expect(others).toEqual([]);
        expect(ran.occurrence).toMatchObject({ outcome: "submitted", jobId: job?.jobId });
        await expectSound(app);
        count(ran.replayed, ran.occurrence.trigger);
      },
    });
    expect(seen()).toEqual(["false manual", "true schedule"]);
  }, 300_000);

  it("who makes the same time up: there is one job", async () => {
    await runEveryInterleaving({
      profiles: [echoProfile()],
      prepare: prepareWith(),
      actors: {
        tick,
        operator: async (app) => {
          const time = new Date("2026-03-01T00:10:00Z");
          return backfillSchedule(at(app, "00:10"), { ref: REF, from: time, to: time }, log);
        },
      },
      async judge({ operator }, { app }) {
        expect(told(operator)).toMatchObject([{ outcome: "submitted" }]);
        await tick(app);
        expect(await jobsOf(app)).toHaveLength(1);
        await expectSound(app);
      },
    });
  }, 300_000);
});

describe("two operators", () => {
  it("who create the same: one does, and the other is told", async () => {
    await runEveryInterleaving({
      profiles: [echoProfile()],
      prepare: async () => undefined,
      actors: { one: prepareWith(), two: prepareWith() },
      async judge({ one, two }) {
        expect([told(one), told(two)].filter((answer) => answer === "SCHEDULE_EXISTS")).toHaveLength(1);
      },
    });
  });

  it("who change the same: the one that comes second is told so", async () => {
    const change = async (app: App, catchUpSeconds: number) => {
      const isExpected = ({ revision }: { revision: number }) => revision === 1;
      return changeSchedule(at(app, "00:06"), { ref: REF, isExpected, change: { catchUpSeconds } }, log);
    };
    await runEveryInterleaving({
      profiles: [echoProfile()],
      prepare: prepareWith(),
      actors: { one: async (app) => change(app, 60), two: async (app) => change(app, 120) },
      async judge({ one, two }, { app }) {
        const answers = [told(one), told(two)];
        expect(answers.filter((answer) => answer === "PRECONDITION_FAILED")).toHaveLength(1);
        expect((await app.schedules.require(REF)).schedule.revision).toBe(2);
      },
    });
  });
});
