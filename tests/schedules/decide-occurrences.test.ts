import { describe, expect, it } from "@jest/globals";
import type { Overlap } from "../../src/contract/schedule-requests.ts";
import { MOST_AT_ONCE, decideOccurrences } from "../../src/schedules/decide-occurrences.ts";
import type { Decision, Known } from "../../src/schedules/decide-occurrences.ts";
import type { Occurrence } from "../../src/schedules/occurrence.ts";
import type { Schedule } from "../../src/schedules/schedule.ts";

const at = (text: string) => new Date(`2026-03-01T${text}Z`);
const MINUTE_MS = 60_000;

/** Every ten minutes; seen until 10:00. */
function schedule(fields: Partial<Schedule> = {}): Schedule {
  return {
    ...{ workspaceId: "default", name: "nightly", scheduleId: "schedule_1", cron: "*/10 * * * *", timeZone: "UTC" },
    ...{ enabled: true, overlap: "skip", catchUpSeconds: 3600, submit: { job: {} }, revision: 1 },
    ...{ createdAt: at("00:00"), updatedAt: at("00:00"), seenUntil: at("10:00"), nextAt: at("10:10") },
    ...{ records: 0, open: 0, purgeAt: at("23:00") },
    ...fields,
  };
}

function record(plannedAt: Date, fields: Partial<Occurrence> = {}): Occurrence {
  return {
    ...{ scheduleId: "schedule_1", plannedAt, trigger: "schedule", outcome: "submitted", recordedAt: plannedAt },
    ...fields,
  };
}

const decide = (fields: Partial<Schedule>, records: readonly Occurrence[], now: string) =>
  decideOccurrences({ schedule: schedule(fields), records }, at(now), MINUTE_MS);

const told = ({ changed }: Decision) =>
  changed.map(({ plannedAt, outcome }) => `${plannedAt.toISOString().slice(11, 16)} ${outcome}`);

describe("decideOccurrences()", () => {
  it("does nothing before the time has come", () => {
    const known: Known = { schedule: schedule(), records: [] };
    const decision = decideOccurrences(known, at("10:09:59.999"), MINUTE_MS);
    expect(decision).toEqual({ schedule: known.schedule, changed: [], isUnfinished: false });
    expect(decision.schedule).toBe(known.schedule);
  });

  it("starts what is due, and goes on to the next", () => {
    const decision = decide({}, [], "10:10");
    expect(decision.changed).toEqual([
      {
        scheduleId: "schedule_1",
        plannedAt: at("10:10"),
        trigger: "schedule",
        outcome: "pending",
        recordedAt: at("10:10"),
        pendingSince: at("10:10"),
      },
    ]);
    expect(decision.schedule).toMatchObject({ seenUntil: at("10:10"), nextAt: at("10:20") });
  });

  it("does nothing twice: not on what it has decided, nor on what an operator asked for of the same time", () => {
    const first = decide({}, [], "10:10:30");
    expect(
      told(decideOccurrences({ schedule: first.schedule, records: first.changed }, at("10:10:31"), MINUTE_MS)),
    ).toEqual([]);
    expect(told(decide({}, [record(at("10:10"), { trigger: "manual" })], "10:10:30"))).toEqual([]);
  });

  describe("while the one before has not ended (R-238)", () => {
    const before = record(at("10:00"));

    it.each([
      ["skip", [before], ["10:10 skipped_overlap"]],
      ["buffer", [before], ["10:10 buffered"]],
      ["buffer", [record(at("09:50")), record(at("10:00"), { outcome: "buffered" })], ["10:10 skipped_overlap"]],
      ["cancel", [before], ["10:10 pending"]],
      ["skip", [{ ...before, outcome: "pending" }], ["10:10 skipped_overlap"]],
      ["skip", [{ ...before, endedAt: at("10:05") }], ["10:10 pending"]],
      ["skip", [{ ...before, trigger: "manual" }], ["10:10 pending"]],
      ["skip", [{ ...before, trigger: "backfill" }], ["10:10 pending"]],
    ] as const)("%s: decides case by case", (overlap: Overlap, records: readonly Occurrence[], expected) => {
      expect(told(decide({ overlap }, records, "10:10"))).toEqual(expected);
    });

    it("lets the one that waits go when it has ended, also between two times", () => {
      const waiting = record(at("10:00"), { outcome: "buffered", reason: "waits" });
      const decision = decide({ overlap: "buffer" }, [waiting], "10:05");
      expect(decision.changed).toEqual([
        { ...waiting, outcome: "pending", pendingSince: at("10:05"), reason: undefined },
      ]);
      expect(told(decide({ overlap: "buffer" }, [waiting], "10:10"))).toEqual(["10:00 pending", "10:10 buffered"]);
    });
  });

  describe("where several are due at once", () => {
    it.each([
      ["skip", ["10:10 pending", "10:20 skipped_overlap", "10:30 skipped_overlap"]],
      ["buffer", ["10:10 pending", "10:20 buffered", "10:30 skipped_overlap"]],
      ["cancel", ["10:10 skipped_overlap", "10:20 skipped_overlap", "10:30 pending"]],
    ] as const)("%s: begins no more than one", (overlap, expected) => {
      expect(told(decide({ overlap }, [], "10:35"))).toEqual(expected);
    });
  });

  describe("after a time when nobody looked (R-240)", () => {
    it("makes up what is in the window, to the millisecond, and records as missed what is not", () => {
      const missed = decide({ catchUpSeconds: 600 }, [], "10:30");
      expect(told(missed)).toEqual(["10:10 missed"]);
      expect(missed).toMatchObject({ isUnfinished: true, missedMore: false });
      expect(missed.changed[0]).toMatchObject({ error: { code: "OCCURRENCE_MISSED" } });
      const then = decideOccurrences({ schedule: missed.schedule, records: [] }, at("10:30"), MINUTE_MS);
      expect(told(then)).toEqual(["10:20 pending", "10:30 skipped_overlap"]);
      expect(told(decide({ catchUpSeconds: 600 }, [], "10:20:00.000"))).toEqual([
        "10:10 pending",
        "10:20 skipped_overlap",
      ]);
      expect(told(decide({ catchUpSeconds: 600 }, [], "10:20:00.001"))).toEqual(["10:10 missed"]);
    });

    it("leaves out what has a record", () => {
      const made = record(at("10:10"), { trigger: "backfill", endedAt: at("10:12") });
      expect(told(decide({ catchUpSeconds: 60 }, [made], "10:25"))).toEqual(["10:20 missed"]);
    });

    it("records the latest of very many, says that there were more, and goes on with what is due", () => {
      const long = {
        cron: "* * * * *",
        seenUntil: new Date("2024-01-01T00:00:00Z"),
        nextAt: new Date("2024-01-01T00:01:00Z"),
      };
      const first = decide({ ...long, catchUpSeconds: 120 }, [], "10:30");
      expect(first).toMatchObject({ isUnfinished: true, missedMore: true });
      expect(first.changed).toHaveLength(MOST_AT_ONCE);
      expect(first.changed.at(-1)?.plannedAt).toEqual(at("10:27"));
      const then = decideOccurrences({ schedule: first.schedule, records: [] }, at("10:30"), MINUTE_MS);
      expect(told(then)).toEqual(["10:28 pending", "10:29 skipped_overlap", "10:30 skipped_overlap"]);
      expect(then.isUnfinished).toBe(false);
    });

    it("decides no more at once than a transaction takes", () => {
      const first = decide({ cron: "* * * * *", nextAt: at("10:01"), catchUpSeconds: 86_400 }, [], "12:30");
      expect([first.changed.length, first.isUnfinished]).toEqual([MOST_AT_ONCE, true]);
      const then = decideOccurrences({ schedule: first.schedule, records: first.changed }, at("12:30"), MINUTE_MS);
      expect([then.changed.length, then.isUnfinished]).toEqual([60, false]);
    });
  });

  it("begins nothing while it is disabled, and lets go what waited (R-244)", () => {
    const records = [record(at("09:50")), record(at("10:00"), { outcome: "buffered" })];
    const decision = decide({ enabled: false, nextAt: undefined }, records, "11:00");
    expect(told(decision)).toEqual(["10:00 skipped_overlap"]);
  });
});
