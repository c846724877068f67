import { describe, expect, it } from "@jest/globals";
import { formatDateTime } from "../../../../local/host/config/date-time-format.ts";

describe("formatDateTime()", () => {
  const time = new Date("2026-03-09T04:05:06.078Z");

  it.each([
    ["yyyy-MM-ddTHH-mm-ssK", "2026-03-09T04-05-06Z"],
    ["yy/M/d H:m:s.fff", "26/3/9 4:5:6.078"],
    ["dddd, dd MMMM; ddd MMM", "Monday, 09 March; Mon Mar"],
    ["hh tt, h t", "04 AM, 4 A"],
    ["'yyyy' \\d \"HH\" %d", "yyyy d HH 9"],
    ["ffff|FFFF|zzz", "0780|078|+00:00"],
    ["o", "2026-03-09T04:05:06.0780000Z"],
    ["s", "2026-03-09T04:05:06"],
    ["R", "Mon, 09 Mar 2026 04:05:06 GMT"],
    ["d", "03/09/2026"],
  ])("writes %s", (format, text) => {
    expect(formatDateTime(time, format)).toBe(text);
  });

  it("writes noon and midnight of a twelve-hour clock as 12", () => {
    expect(formatDateTime(new Date("2026-01-01T00:30:00Z"), "h:mm tt")).toBe("12:30 AM");
    expect(formatDateTime(new Date("2026-01-01T12:30:00Z"), "h:mm tt")).toBe("12:30 PM");
  });

  it("refuses a letter that is no format", () => {
    expect(() => formatDateTime(time, "q")).toThrow("'q' is not a date and time format");
  });
});
