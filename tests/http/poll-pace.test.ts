import { describe, expect, it } from "@jest/globals";
import { secondsToNextLook } from "../../src/http/poll-pace.ts";
import { aJob } from "../support/a-job.ts";

const NOW = new Date("2026-01-02T00:00:00.000Z");
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

describe("secondsToNextLook()", () => {
  it.each([
    [0.2, 1],
    [2, 1],
    [5, 3],
    [20, 10],
    [60, 30],
    [86_400, 30],
  ])("of an end that is expected in %f seconds is %i", (seconds, expected) => {
    expect(secondsToNextLook(aJob({ phase: "queued" }), { eta: at(seconds) }, NOW)).toBe(expected);
  });

  it.each([
    [0, 1],
    [10, 1],
    [45, 5],
    [300, 30],
    [86_400, 30],
    [-5, 1],
  ])("of a job that has gone on for %i seconds, and nobody knows for how long yet, is %i", (seconds, expected) => {
    const job = aJob({ phase: "processing", acceptedAt: at(-seconds) });
    expect(secondsToNextLook(job, {}, NOW)).toBe(expected);
  });

  it("does not count the time before a job was to start", () => {
    const job = aJob({ phase: "queued", acceptedAt: at(-86_400), startAfter: at(-3) });
    expect(secondsToNextLook(job, undefined, NOW)).toBe(1);
  });
});
