import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ERROR_CODES } from "../../../src/contract/error-codes.ts";
import type { ErrorCode } from "../../../src/contract/error-codes.ts";
import { decideFailure } from "../../../src/jobs/work/fail.ts";
import { retryDelayMs } from "../../../src/jobs/work/retry-delay.ts";
import { MillraceError } from "../../../src/platform/errors.ts";

const NOW = new Date("2026-01-02T00:00:00.000Z");
interface Wish {
  readonly retryAfterMs?: number | undefined;
  readonly uncounted?: number;
}

const decide = (code: ErrorCode, attempt: number, { retryAfterMs, uncounted }: Wish = {}) =>
  decideFailure(
    { attempt, maxAttempts: 4, uncounted },
    { error: new MillraceError(code, "text", { retryAfterMs }), steps: [], usage: undefined, now: NOW },
    0.5,
  );

describe("decideFailure()", () => {
  it.each(Object.entries(ERROR_CODES))(
    "tries again after %s only if it may pass and attempts are left",
    (code, { kind }) => {
      const again = kind === "transient" || kind === "conflict";
      expect(decide(code as ErrorCode, 1).type).toBe(again ? "requeued" : "gaveUp");
      expect(decide(code as ErrorCode, 4).type).toBe("gaveUp");
    },
  );

  it("waits about 2, 4 and 8 seconds", () => {
    const delays = [1, 2, 3].map((attempt) => {
      const decision = decide("DOWNLOAD_FAILED", attempt);
      return decision.type === "requeued" ? decision.retryAt.getTime() - NOW.getTime() : undefined;
    });
    expect(delays).toEqual([2000, 4000, 8000]);
  });

  it.each<[code: ErrorCode, retryAfterMs: number | undefined, counted: boolean]>([
    ["PROVIDER_THROTTLED", 7_000, false],
    ["PROVIDER_THROTTLED", 10, false],
    ["PROVIDER_UNAVAILABLE", 7_000, false],
    ["PROVIDER_THROTTLED", undefined, true],
    ["PROVIDER_THROTTLED", 0, true],
    ["PROVIDER_UNAVAILABLE", undefined, true],
    ["DOWNLOAD_FAILED", 7_000, true], // A server that a payload names may be anybody's.
    ["STORAGE_UNAVAILABLE", 7_000, true],
    ["STEP_TIMEOUT", undefined, true],
    ["UNCLASSIFIED", undefined, true],
  ])("after %s with a wish to wait of %p ms counts the attempt: %p", (code, retryAfterMs, counted) => {
    expect(decide(code, 1, { retryAfterMs })).toMatchObject({ type: "requeued", counted });
    expect(decide(code, 4, { retryAfterMs }).type).toBe(counted ? "gaveUp" : "requeued");
  });

  it("cuts a message that would not fit the row: the failure could not be written down", () => {
    const error = new MillraceError("PDF_INVALID", `Cannot open "${"x".repeat(50_000)}"`);
    const decided = decideFailure({ attempt: 1, maxAttempts: 4 }, { error, steps: [], usage: undefined, now: NOW }, 0);
    expect(decided.error.message).toHaveLength(2000);
  });

  it("counts the attempt when the provider has asked to wait twenty times: no job waits for ever", () => {
    expect(decide("PROVIDER_THROTTLED", 1, { retryAfterMs: 7_000, uncounted: 19 })).toMatchObject({
      type: "requeued",
      counted: false,
    });
    expect(decide("PROVIDER_THROTTLED", 1, { retryAfterMs: 7_000, uncounted: 20 })).toMatchObject({
      type: "requeued",
      counted: true,
    });
    expect(decide("PROVIDER_THROTTLED", 4, { retryAfterMs: 7_000, uncounted: 20 })).toMatchObject({ type: "gaveUp" });
  });

  it("refuses for good at once whatever the provider asks", () => {
    expect(decide("PROVIDER_REFUSED", 1, { retryAfterMs: 7_000 })).toMatchObject({
      type: "gaveUp",
      error: { code: "PROVIDER_REFUSED" },
    });
  });

  it("waits as long as the provider asks, and a little more, when that is longer", () => {
    expect(decide("PROVIDER_THROTTLED", 1, { retryAfterMs: 60_000 })).toMatchObject({
      retryAt: new Date(NOW.getTime() + 66_000),
    });
    expect(decide("PROVIDER_THROTTLED", 1, { retryAfterMs: 10 })).toMatchObject({
      retryAt: new Date(NOW.getTime() + 2000),
    });
  });
});

describe("retryDelayMs()", () => {
  it("stays within a fifth of 2, 4, 8 … seconds, never below what was asked for, never beyond an hour", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(1e7),
        (n, chance, asked) => {
          const base = 2000 * 2 ** (n - 1);
          const hour = 3_600_000;
          const delay = retryDelayMs(n, chance, asked);
          expect(delay).toBeLessThanOrEqual(hour);
          expect(delay).toBeGreaterThanOrEqual(Math.min(hour, Math.max(asked, base * 0.8)));
          expect(delay).toBeLessThanOrEqual(Math.max(base * 1.2, asked * 1.2) + 1);
          if (asked <= base * 0.8) expect(delay).toBeLessThanOrEqual(Math.min(hour, base * 1.2 + 1e-3));
        },
      ),
      { examples: [[1, 1, 0]] }, // 2000 × 1.2 twice over, which differ in their last bit
    );
  });
});
