import { describe, expect, it } from "@jest/globals";
import { isSubMinute, parseSchedule } from "../../../../../local/host/triggers/timer/schedule.ts";

const next = (text: string, after: string) => parseSchedule(text, "UTC").next(new Date(after))?.toISOString();

describe("parseSchedule()", () => {
  it.each([
    ["0 */5 * * * *", "2026-11-22T04:05:00Z", "2026-11-22T04:10:00.000Z"],
    ["0 */5 * * * *", "2026-11-22T04:04:59.999Z", "2026-11-22T04:05:00.000Z"],
    ["*/5 * * * *", "2026-11-22T04:05:01Z", "2026-11-22T04:10:00.000Z"],
    ["* * * * * *", "2026-11-22T04:05:01.500Z", "2026-11-22T04:05:02.000Z"],
    ["0 30 9 * * 1-5", "2026-11-21T00:00:00Z", "2026-11-23T09:30:00.000Z"],
    ["0 30 9 * Jan Mon", "2026-11-21T00:00:00Z", "2027-01-04T09:30:00.000Z"],
    ["0 0 0 * January Sunday", "2026-11-21T00:00:00Z", "2027-01-03T00:00:00.000Z"],
    ["0 0 0 13 * 5", "2026-11-22T00:00:00Z", "2027-08-13T00:00:00.000Z"], // a Friday the 13th: both must match
    ["0 0 10-12/2,15 * * *", "2026-11-22T12:00:00Z", "2026-11-22T15:00:00.000Z"],
    ["0 0 0 29 2 *", "2026-11-22T00:00:00Z", "2028-02-29T00:00:00.000Z"],
    ["00:01:30", "2026-11-22T04:05:00Z", "2026-11-22T04:06:30.000Z"],
  ])("%s after %s is %s", (text, after, expected) => {
    expect(next(text, after)).toBe(expected);
  });

  it("has no occurrence when the day does not exist", () => {
    expect(next("0 0 0 30 2 *", "2026-11-22T00:00:00Z")).toBeUndefined();
  });

  it.each([
    "every now and then",
    "* * * *",
    "* * * * * * *",
    "60 * * * * *",
    "0 0 0 L * *",
    "0 0 0 * * 7",
    "0 0 0 * * MON#2",
    "@daily",
    "0 0 0 ? * *",
    "0 0 0 * Mon *",
    "00:00:00",
  ])("refuses %s", (text) => {
    expect(() => parseSchedule(text)).toThrow(/was not recognized as a valid cron expression|longer than zero/);
  });

  it("refuses an unknown time zone", () => {
    expect(() => parseSchedule("0 0 0 * * *", "Nowhere Standard Time")).toThrow(/was not recognized/);
  });
});

describe("isSubMinute()", () => {
  const now = new Date("2026-11-22T04:05:00Z");

  it.each([
    ["* * * * * *", true],
    ["0,30 0 * * * *", true],
    ["00:00:59", true],
    ["00:01:00", false],
    ["0 * * * * *", false],
    ["0 0 0 30 2 *", false],
  ])("%s: %s", (text, expected) => {
    expect(isSubMinute(parseSchedule(text, "UTC"), now)).toBe(expected);
  });
});
