import { describe, expect, it } from "@jest/globals";
import { schedulePeriodMs } from "../../src/platform/schedule-period.ts";

describe("schedulePeriodMs()", () => {
  it.each([
    ["*/30 * * * * *", 30],
    ["0/15 * * * * *", 15],
    ["*/7 * * * * *", 7],
    ["* * * * * *", 1],
    ["5 * * * * *", 60],
    ["0 */5 * * * *", 300],
    ["0 5 * * * *", 3600],
  ])("reads %j as every %i seconds", (schedule, seconds) => {
    expect(schedulePeriodMs(schedule)).toBe(seconds * 1000);
  });

  it.each([
    "0 0 3 * * *",
    "*/30 * * * * 1",
    "*/30 */2 * * * *",
    "10,20 * * * * *",
    "1-5 * * * * *",
    "*/0 * * * * *",
    "",
  ])("does not guess what %j comes to", (schedule) => {
    expect(schedulePeriodMs(schedule)).toBeUndefined();
  });
});
