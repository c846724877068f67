import { describe, expect, it } from "@jest/globals";
import { resumeStatus, statusAfterRun } from "../../../../../local/host/triggers/timer/resume-status.ts";
import { parseSchedule } from "../../../../../local/host/triggers/timer/schedule.ts";

const at = (time: string) => new Date(`2026-11-22T${time}Z`);
const hourly = parseSchedule("0 0 * * * *", "UTC");
const now = at("04:20:00");

describe("resumeStatus()", () => {
  it("only notes the next occurrence of a timer never seen before", () => {
    expect(resumeStatus(undefined, hourly, now)).toEqual({
      status: { last: undefined, next: at("05:00:00"), lastUpdated: now },
      isPastDue: false,
    });
  });

  it("goes on where it was when nothing was missed", () => {
    const stored = { last: at("04:00:00"), next: at("05:00:00"), lastUpdated: at("04:00:00") };
    expect(resumeStatus(stored, hourly, now)).toEqual({ status: stored, isPastDue: false });
  });

  it("is past due when the stored occurrence is over", () => {
    const stored = { last: at("01:00:00"), next: at("02:00:00"), lastUpdated: at("01:00:00") };
    expect(resumeStatus(stored, hourly, now)).toEqual({ status: stored, isPastDue: true });
  });

  it("is past due also when it never fired", () => {
    const stored = { last: undefined, next: at("02:00:00"), lastUpdated: at("01:30:00") };
    expect(resumeStatus(stored, hourly, now)?.isPastDue).toBe(true);
  });

  it("begins anew, not past due, when the schedule was changed", () => {
    const stored = { last: at("01:00:00"), next: at("01:30:00"), lastUpdated: at("01:00:00") };
    expect(resumeStatus(stored, hourly, now)).toEqual({
      status: { last: undefined, next: at("05:00:00"), lastUpdated: now },
      isPastDue: false,
    });
  });

  it("keeps counting from the last run when the changed schedule still lies ahead, so that it is stable", () => {
    const stored = { last: at("04:10:00"), next: at("04:15:00"), lastUpdated: at("04:10:00") };
    const halfHours = parseSchedule("00:30:00");
    const resumed = resumeStatus(stored, halfHours, now);
    expect(resumed?.status.next).toEqual(at("04:40:00"));
    expect(resumeStatus(resumed?.status, halfHours, at("04:30:00"))).toEqual({
      status: resumed?.status,
      isPastDue: false,
    });
  });

  it("has nothing to say about a schedule without occurrences", () => {
    expect(resumeStatus(undefined, parseSchedule("0 0 0 30 2 *", "UTC"), now)).toBeUndefined();
  });
});

describe("statusAfterRun()", () => {
  const status = { last: undefined, next: at("05:00:00"), lastUpdated: now };

  it("counts from the time of the run", () => {
    const after = statusAfterRun(status, hourly, at("05:00:00.020"));
    expect(after).toEqual({ last: at("05:00:00.020"), next: at("06:00:00"), lastUpdated: at("05:00:00.020") });
  });

  it("counts a run that came a moment early for the occurrence it was meant for", () => {
    expect(statusAfterRun(status, hourly, at("04:59:59.990")).next).toEqual(at("06:00:00"));
  });

  it("leaves the next occurrence to come after a run at start", () => {
    expect(statusAfterRun(status, hourly, now).next).toEqual(at("05:00:00"));
  });
});
