import { describe, expect, it } from "@jest/globals";
import type { DoneJob, Job } from "../../../src/jobs/life/job.ts";
import { NO_DURATIONS, addDurations, durationsOf, usualOf } from "../../../src/jobs/waits/durations.ts";
import { aJob } from "../../support/a-job.ts";

const START = new Date("2026-01-01T00:00:00.000Z");
const at = (seconds: number) => new Date(START.getTime() + seconds * 1000);
const done = (fields: Partial<Job> = {}) =>
  ({ ...aJob({ phase: "done" }), acceptedAt: START, startedAt: at(3), endedAt: at(10), ...fields }) as DoneJob;

describe("durationsOf()", () => {
  it("tells how long a job waited, in the line of its priority, and how long it took", () => {
    expect(durationsOf(done())).toEqual({ waitsMs: { normal: [3000] }, worksMs: [7000] });
    expect(durationsOf(done({ priority: "low", startAfter: at(1) }))).toEqual({
      waitsMs: { low: [2000] },
      worksMs: [7000],
    });
  });

  it("leaves out the time for which it waited for people", () => {
    expect(durationsOf(done({ endedAt: at(4000) }), 3_990_000)).toMatchObject({ worksMs: [7000] });
    expect(durationsOf(done(), 8000)).toMatchObject({ worksMs: [0] });
  });

  it("tells nothing below zero where two clocks disagree", () => {
    expect(durationsOf(done({ startedAt: at(-1), endedAt: at(-2) }))).toEqual({
      waitsMs: { normal: [0] },
      worksMs: [0],
    });
  });

  it("learns nothing from a job of several attempts, nor the length of the queue from one that had to wait its turn", () => {
    expect(durationsOf(done({ attempt: 2 }))).toEqual(NO_DURATIONS);
    expect(durationsOf(done({ uncounted: 1 }))).toEqual(NO_DURATIONS);
    expect(durationsOf(done({ sequence: { key: "k", place: 2 } }))).toEqual({ waitsMs: {}, worksMs: [7000] });
  });
});

describe("addDurations()", () => {
  it("keeps the newest fifty of each, the newest last", () => {
    const many = (from: number) => Array.from({ length: 40 }, (_, index) => from + index);
    const older = { waitsMs: { normal: many(0), low: [1] }, worksMs: many(0) };
    const newer = { waitsMs: { normal: many(100), high: [2] }, worksMs: [7] };
    const newest = [...many(0).slice(30), ...many(100)];
    expect(addDurations(older, newer)).toEqual({
      waitsMs: { normal: newest, low: [1], high: [2] },
      worksMs: [...many(0), 7],
    });
  });
});

describe("usualOf()", () => {
  it("has nothing to say of fewer than three", () => {
    expect([usualOf(), usualOf([]), usualOf([1, 2])]).toEqual([undefined, undefined, undefined]);
  });

  it("finds the median and the ninth decile, in whatever order they came", () => {
    expect(usualOf([30, 10, 20])).toEqual({ medianMs: 20, p90Ms: 30 });
    const hundred = Array.from({ length: 100 }, (_, index) => ((index * 37) % 100) + 1);
    expect(usualOf(hundred)).toEqual({ medianMs: 50, p90Ms: 90 });
  });

  it("is not moved by a single job that took for ever", () => {
    expect(usualOf([10, 11, 12, 9, 10, 11, 10, 12, 9, 10, 3_600_000])).toEqual({ medianMs: 10, p90Ms: 12 });
  });
});
