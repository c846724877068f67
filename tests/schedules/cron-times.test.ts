import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { faultOfCron, faultOfTimeZone, latestTimesIn, timeAfter, timesIn } from "../../src/schedules/cron-times.ts";

function times(cron: string, timeZone: string, [after, until]: readonly [string, string]): string[] {
  const range = { after: new Date(after), until: new Date(until), limit: 100 };
  return timesIn({ cron, timeZone }, range).map((time) => time.toISOString().slice(5, 16));
}

const SPRING = ["2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z"] as const;
const AUTUMN = ["2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z"] as const;

describe("timesIn(), where clocks change", () => {
  it.each([
    [
      "a time that is skipped comes at the first moment behind the gap",
      "30 2 * * *",
      SPRING,
      ["03-29T01:00", "03-30T00:30"],
    ],
    ["a time that comes twice is kept when it comes first", "30 2 * * *", AUTUMN, ["10-25T00:30", "10-26T01:30"]],
    [
      "so is one of several times of a day",
      "30 2,14 * * *",
      SPRING,
      ["03-28T13:30", "03-29T01:00", "03-29T12:30", "03-30T00:30"],
    ],
    ["several in one gap are one", "0,30 2 * * *", SPRING, ["03-29T01:00", "03-30T00:00", "03-30T00:30"]],
    [
      "several in the hour that repeats are each kept once",
      "0,30 2 * * *",
      AUTUMN,
      ["10-25T00:00", "10-25T00:30", "10-26T01:00", "10-26T01:30"],
    ],
  ])("%s", (...[, cron, range, expected]) => {
    expect(times(cron, "Europe/Berlin", range)).toEqual(expected);
  });

  it("an hourly one comes every real hour", () => {
    const spring = times("0 * * * *", "Europe/Berlin", ["2026-03-28T23:30:00Z", "2026-03-29T03:00:00Z"]);
    expect(spring).toEqual(["03-29T00:00", "03-29T01:00", "03-29T02:00", "03-29T03:00"]);
    const autumn = times("0 * * * *", "Europe/Berlin", ["2026-10-24T23:30:00Z", "2026-10-25T03:00:00Z"]);
    expect(autumn).toEqual(["10-25T00:00", "10-25T01:00", "10-25T02:00", "10-25T03:00"]);
  });

  it("a pace within an hour follows real time: not at all where the hour is skipped, twice where it repeats", () => {
    expect(times("*/30 2 * * *", "Europe/Berlin", SPRING)).toEqual(["03-30T00:00", "03-30T00:30"]);
    expect(times("*/30 2 * * *", "Europe/Berlin", AUTUMN)).toHaveLength(6);
  });

  it("knows half hours and midnights that are skipped", () => {
    const lordHowe = times("15 2 * * *", "Australia/Lord_Howe", ["2026-10-03T00:00:00Z", "2026-10-04T20:00:00Z"]);
    expect(lordHowe).toEqual(["10-03T15:30", "10-04T15:15"]);
    const saoPaulo = times("0 0 * * *", "America/Sao_Paulo", ["2018-11-03T12:00:00Z", "2018-11-05T12:00:00Z"]);
    expect(saoPaulo).toEqual(["11-04T03:00", "11-05T02:00"]);
  });

  it("keeps a time of the day once on every local day of four years", () => {
    for (const timeZone of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"]) {
      const range = { after: new Date("2024-01-01T12:00:00Z"), until: new Date("2028-01-01T12:00:00Z"), limit: 2000 };
      const found = timesIn({ cron: "30 2 * * *", timeZone }, range);
      const dayOf = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" });
      expect(found).toHaveLength(1461);
      expect(new Set(found.map((time) => dayOf.format(time))).size).toBe(1461);
    }
  });
});

describe("timesIn() with a day of the month and a day of the week", () => {
  it.each([
    ["either, where both are given", "0 0 13 * FRI", ["03-06", "03-13", "03-20", "03-27", "04-03", "04-10", "04-13"]],
    ["the day of the month alone", "0 0 13 * *", ["03-13", "04-13"]],
    ["the day of the week alone", "0 0 * * FRI", ["03-06", "03-13", "03-20", "03-27", "04-03", "04-10"]],
  ])("comes on %s", (_, cron, days) => {
    const found = times(cron, "UTC", ["2026-03-01T00:00:00Z", "2026-04-14T00:00:00Z"]);
    expect(found).toEqual(days.map((day) => `${day}T00:00`));
  });
});

describe("timesIn(), wherever it begins", () => {
  const crons = [
    "30 2 * * *",
    "0 * * * *",
    "*/7 * * * *",
    "15 1-3 * * *",
    "*/20 2 * * *",
    "0,30 2 29 3 *",
    "0 0 L * *",
  ];
  const zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"];
  /** Around the changes of 2026 in all of them. */
  const anchors = ["2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01"];

  it("finds the same times in a range as in its two parts, wherever it is cut", () => {
    const seconds = fc.integer({ min: 0, max: 3 * 24 * 60 * 60 });
    fc.assert(
      fc.property(
        fc.constantFrom(...crons),
        fc.constantFrom(...zones),
        fc.tuple(fc.constantFrom(...anchors), seconds, seconds, seconds),
        (cron, timeZone, [anchor, ...cuts]) => {
          const [after, middle, until] = cuts
            .sort((a, b) => a - b)
            .map((seconds) => new Date(Date.parse(`${anchor}T00:00:00Z`) - 36 * 3_600_000 + seconds * 1000 + 1));
          if (!after || !middle || !until) throw new Error("There are three");
          const all = { cron, timeZone };
          const whole = timesIn(all, { after, until, limit: 2000 });
          const parts = [
            ...timesIn(all, { after, until: middle, limit: 2000 }),
            ...timesIn(all, { after: middle, until, limit: 2000 }),
          ];
          expect(parts).toEqual(whole);
          expect(whole).toEqual([...whole].sort((a, b) => a.getTime() - b.getTime()));
          for (const limit of [1, 5, 90])
            expect(latestTimesIn(all, { after, until, limit })).toEqual(whole.slice(-limit));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("begins behind the first moment and ends with the last", () => {
    const hour = { cron: "0 * * * *", timeZone: "UTC" };
    const at = (text: string) => new Date(`2026-03-01T${text}Z`);
    expect(timesIn(hour, { after: at("10:00:00.000"), until: at("11:00:00.000"), limit: 9 })).toEqual([at("11:00:00")]);
    expect(timesIn(hour, { after: at("09:59:59.999"), until: at("10:59:59.999"), limit: 9 })).toEqual([at("10:00:00")]);
    expect(timeAfter(hour, at("10:00:00.001"))).toEqual(at("11:00:00"));
  });

  it("finds the latest of years of minutes at once", () => {
    const range = { after: new Date("2016-01-01T00:00:00Z"), until: new Date("2026-01-01T00:00:00Z"), limit: 90 };
    const startedAt = performance.now();
    const found = latestTimesIn({ cron: "* * * * *", timeZone: "Europe/Berlin" }, range);
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect([found.length, found[0], found.at(-1)]).toEqual([90, new Date("2025-12-31T22:31:00Z"), range.until]);
  });
});

describe("faultOfCron()", () => {
  const now = new Date("2026-03-01T00:00:00Z");

  it.each(["0 2 * * *", "*/5 * * * *", "0 2 * * MON-FRI", "0 2 L * *", "0 2 * * MON#1", "0 2 29 2 *", "0 0 1,15 * 1"])(
    "finds none with %j",
    (cron) => {
      expect(faultOfCron(cron, now)).toBeUndefined();
    },
  );

  it.each([
    ["* * *", "must be five fields"],
    ["0 0 2 * * *", "must be five fields"],
    ["@daily", "must be five fields"],
    ["0 ? * * *", "must be five fields"],
    ["0  2 * * *", "must be five fields"],
    ["", "must be five fields"],
    ["61 * * * *", "is no cron expression: Invalid value for minute: 61"],
    ["0 24 * * *", "is no cron expression"],
    ["0 2 * * FOO", "is no cron expression"],
    ["5-1 * * * *", "is no cron expression"],
    ["0 0 30 2 *", "names a time that never comes"],
  ])("says what is wrong with %j", (cron, fault) => {
    expect(faultOfCron(cron, now)).toContain(fault);
  });
});

describe("faultOfTimeZone()", () => {
  it.each(["UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT+5"])("finds none with %j", (timeZone) => {
    expect(faultOfTimeZone(timeZone)).toBeUndefined();
  });

  it.each(["", "Europe/Bonn", "+02:00", "berlin", "../etc/passwd"])("refuses %j", (timeZone) => {
    expect(faultOfTimeZone(timeZone)).toContain("IANA");
  });
});
