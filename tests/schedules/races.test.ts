import { describe, expect, it } from "@jest/globals";
import type { App } from "../../src/app.ts";
import { logTo } from "../../src/platform/log.ts";
import { advanceSchedule } from "../../src/schedules/advance-schedule.ts";
import { askFor } from "../../src/schedules/ask-for.ts";
import { changeSchedule } from "../../src/schedules/change-schedule.ts";
import { createSchedule } from "../../src/schedules/create-schedule.ts";
import type { CreateScheduleCommand } from "../../src/schedules/create-schedule.ts";
import { deleteSchedule } from "../../src/schedules/delete-schedule.ts";
import { tickSchedules } from "../../src/schedules/tick-schedules.ts";
import { runEveryInterleaving } from "../support/interleavings.ts";
import { echoProfile } from "../support/profiles.ts";
import { createTally, told } from "../support/racers.ts";
import { collectLog } from "../support/sinks.ts";
import { takeStorageAccount } from "../support/storage-account.ts";
import { createTestApp } from "../support/test-app.ts";
import { REF, countsOf, everyTenMinutes, jobsOf, recordsOf, storyOf } from "./scene.ts";

const at = (app: App, time: string): App => ({ ...app, clock: { now: () => new Date(`2026-03-01T${time}:00Z`) } });
/** The timer, at this one schedule. */
const tick = async (app: App) => advanceSchedule(at(app, "00:10"), REF, log);
const prepareWith =
  (fields: Partial<CreateScheduleCommand> = {}) =>
  async (app: App) =>
    createSchedule(at(app, "00:05"), everyTenMinutes(fields));
/** A schedule whose request is refused before it asks storage: what is left is who decides. */
const prepareRefused = (fields: Partial<CreateScheduleCommand>) => async (app: App) => {
  const schedule = await prepareWith(fields)(app);
  const submit = { job: { job_type: "gone", payload: {} } };
  return (await app.schedules.save({ ...schedule, submit }, (await app.schedules.require(REF)).etag)).schedule;
};
const log = logTo(collectLog().sink);

async function expectSound(app: App): Promise<void> {
  const records = await recordsOf(app);
  const submitted = records.filter(({ outcome }) => outcome === "submitted").map(({ jobId }) => jobId);
  expect(submitted.sort()).toEqual((await jobsOf(app)).map(({ jobId }) => jobId).sort());
  const { told: counted, found } = await countsOf(app);
  expect(counted).toEqual(found);
}

describe("two ticks at the same moment (R-237)", () => {
  it("decide once about several times, in every order of what they ask of storage", async () => {
    const decide = async (app: App) => advanceSchedule(at(app, "00:20"), REF, log);
    await runEveryInterleaving({
      profiles: [echoProfile()],
      prepare: prepareRefused({ overlap: "cancel" }),
      actors: { one: decide, two: decide },
      async judge({ one, two }, { app }) {
        expect([told(one), told(two)]).toEqual([undefined, undefined]);
        expect(await storyOf(app)).toEqual(["00:10 skipped_overlap", "00:20 failed_to_submit"]);
        await expectSound(app);
      },
    });
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

  it("fire each of many schedules once, racing on a real storage service", async () => {
    const environment = { AzureWebJobsStorage: takeStorageAccount() };
    let now = new Date("2026-03-01T00:05:00Z");
    const start = async () => {
      const test = await createTestApp({ environment, profiles: [echoProfile()], clock: { now: () => now } });
      return test.app;
    };
    const app = await start();
    const others = [await start(), await start()];
    const names = Array.from({ length: 10 }, (_, index) => `s${String(index)}`);
    for (const name of names) await createSchedule(app, everyTenMinutes({ name, overlap: "buffer" }));
    now = new Date("2026-03-01T00:10:00Z");
    await Promise.all([app, ...others].map(async (each) => tickSchedules(each, collectLog().sink)));
    await tickSchedules(app, collectLog().sink);
    expect(await jobsOf(app)).toHaveLength(names.length);
    for (const name of names) expect(await storyOf(app, { ...REF, name })).toEqual(["00:10 submitted"]);
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
    expect(seen()).toEqual(["00:10 skipped_overlap", "00:10 submitted"]);
  }, 300_000);

  it("who deletes it: it is gone, and so are its records", async () => {
    await runEveryInterleaving({
      profiles: [echoProfile()],
      prepare: prepareRefused({}),
      actors: { tick, operator: async (app) => deleteSchedule(at(app, "00:10"), REF) },
      async judge({ operator }, { app, context }) {
        expect(told(operator)).toBeUndefined();
        await tick(app);
        expect(await app.schedules.find(REF)).toBeUndefined();
        expect(await app.schedules.records(context, { limit: 10 })).toEqual([]);
      },
    });
  }, 300_000);

  it.each(["manual", "backfill"] as const)(
    "who asks for the same time: there is one job (%s)",
    async (trigger) => {
      const { count, seen } = createTally();
      const timesOf = () => [new Date("2026-03-01T00:10:00Z")];
      await runEveryInterleaving({
        profiles: [echoProfile()],
        prepare: prepareWith(),
        actors: { tick, operator: async (app) => askFor(at(app, "00:10"), { ref: REF, trigger, timesOf }) },
        async judge({ operator }, { app }) {
          const asked = told(operator);
          if (typeof asked === "string") throw new Error(asked);
          await tick(app);
          expect(await storyOf(app)).toEqual(["00:10 submitted"]);
          expect(await jobsOf(app)).toHaveLength(1);
          await expectSound(app);
          count(asked.begun.length, (await recordsOf(app))[0]?.trigger);
        },
      });
      expect(seen()).toEqual(["0 schedule", `1 ${trigger}`]);
    },
    300_000,
  );
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
