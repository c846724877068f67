import { describe, expect, it } from "@jest/globals";
import { MillraceError } from "../../src/platform/errors.ts";
import { networkError, parseRetryAfter } from "../../src/platform/guarded-fetch-errors.ts";

const now = Date.parse("2026-03-01T12:00:00Z");

describe("parseRetryAfter()", () => {
  it.each([
    ["120", 120_000],
    ["0", 0],
    ["Sun, 01 Mar 2026 12:00:30 GMT", 30_000],
    ["Sun, 01 Mar 2026 11:00:00 GMT", 0],
    ["soon", undefined],
    ["-5", undefined],
    ["", undefined],
    [null, undefined],
  ])("makes of %j %j milliseconds", (value, milliseconds) => {
    expect(parseRetryAfter(value, now)).toBe(milliseconds);
  });
});

describe("networkError()", () => {
  it("finds our own refusal inside what fetch made of it", () => {
    const refusal = new MillraceError("URL_FORBIDDEN", "no", { cause: new Error("deeper") });
    expect(networkError(new TypeError("fetch failed", { cause: refusal }))).toBe(refusal);
  });

  it("survives an error that is its own cause", () => {
    const loop = new Error("round and round");
    loop.cause = loop;
    expect(networkError(loop)).toMatchObject({ code: "DOWNLOAD_FAILED", details: { reason: "unknown" } });
  });
});
