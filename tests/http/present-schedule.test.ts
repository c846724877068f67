import { describe, expect, it } from "@jest/globals";
import { presentSchedule } from "../../src/http/present-schedule.ts";
import type { Schedule } from "../../src/schedules/schedule.ts";
import { createTestApp } from "../support/test-app.ts";

const MINUTE_MS = 60_000;
const at = (time: string) => new Date(`2026-03-01T${time}Z`);

/** Whether a schedule whose next time is 10:00 is overdue. */
function isOverdue(now: string, tickMs: number): boolean {
  const schedule: Schedule = {
    ...{ workspaceId: "default", name: "nightly", scheduleId: "schedule_1", cron: "0 10 * * *", timeZone: "UTC" },
    ...{ enabled: true, overlap: "skip", catchUpSeconds: 3600, submit: { job: {} }, revision: 1 },
    ...{ createdAt: at("00:00"), updatedAt: at("00:00"), seenUntil: at("09:00"), nextAt: at("10:00") },
    ...{ records: 0, open: 0, purgeAt: at("23:00") },
  };
  const report = { schedule, last: undefined, missed: [] };
  return presentSchedule(report, { origin: "http://localhost:7071", now: at(now), tickMs }).is_overdue;
}

describe("presentSchedule()", () => {
  it.each([
    ["10:05:00.000", MINUTE_MS, false],
    ["10:05:00.001", MINUTE_MS, true],
    ["10:14:00.000", 10 * MINUTE_MS, false],
    ["10:14:00.001", 10 * MINUTE_MS, true],
  ])("says at %s, where the timer comes every %i ms, whether it should have come: %s", (now, tickMs, expected) => {
    expect(isOverdue(now, tickMs)).toBe(expected);
  });

  it.each([
    [undefined, MINUTE_MS],
    ["0 */10 * * * *", 10 * MINUTE_MS],
    ["0 0 4 * * 1", 24 * 60 * MINUTE_MS],
  ])("is told the period of SCHEDULE_TICK %s", async (tick, expected) => {
    const { app } = await createTestApp({ environment: tick === undefined ? {} : { SCHEDULE_TICK: tick } });
    expect(app.scheduleTickMs).toBe(expected);
  });
});
