import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { looksLikeTimeSpan, parseTimeSpanInMilliseconds } from "../../../../local/host/config/time-span.ts";

describe("parseTimeSpanInMilliseconds()", () => {
  it.each([
    ["00:00:30", 30_000],
    ["1.12:00:00", 129_600_000],
    ["00:05", 300_000],
    ["00:00:00.500", 500],
    ["00:00:00.0000001", 0],
    ["-00:00:01", -1000],
    ["-00:00:00", 0],
  ])("reads %s", (text, expected) => {
    expect(parseTimeSpanInMilliseconds(text)).toBe(expected);
  });

  it.each(["", "30", "24:00:00", "00:60:00", "00:00:60", "one hour", "1:2:3:4"])("refuses %j", (text) => {
    expect(() => parseTimeSpanInMilliseconds(text)).toThrow(/is not a time span/);
  });

  it("reads what a time of day says, whatever it is", () => {
    const part = (max: number) => fc.integer({ min: 0, max });
    fc.assert(
      fc.property(
        fc.tuple(part(9999), part(23), part(59), part(59), part(999)),
        ([days, hours, minutes, seconds, ms]) => {
          const pad = (number: number, width = 2) => String(number).padStart(width, "0");
          const text = `${days}.${pad(hours)}:${pad(minutes)}:${pad(seconds)}.${pad(ms, 3)}`;
          const expected = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + ms;
          expect(parseTimeSpanInMilliseconds(text)).toBe(expected);
        },
      ),
    );
  });
});

describe("looksLikeTimeSpan()", () => {
  it("tells a time span from a cron expression", () => {
    expect(looksLikeTimeSpan("00:05:00")).toBe(true);
    expect(looksLikeTimeSpan("0 */5 * * * *")).toBe(false);
  });
});
