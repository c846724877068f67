import { describe, expect, it } from "@jest/globals";
import { startTimesOf } from "../../src/jobs/start-times.ts";

const NOW = new Date("2026-01-01T00:00:00.000Z");
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const YEAR = 366 * 86_400;

describe("startTimesOf()", () => {
  it.each([
    ["neither", {}, {}],
    ["a time", { runAt: at(60).toISOString() }, { startAfter: at(60) }],
    ["a time in another zone", { runAt: "2026-01-01T02:01:00+02:00" }, { startAfter: at(60) }],
    ["a time that is past", { runAt: at(-60).toISOString() }, { startAfter: at(-60) }],
    ["the latest time", { runAt: at(YEAR).toISOString() }, { startAfter: at(YEAR) }],
    ["a delay", { delaySeconds: 60 }, { startAfter: at(60) }],
    ["no delay", { delaySeconds: 0 }, { startAfter: NOW }],
    ["a limit", { expiresAt: at(60).toISOString() }, { startBefore: at(60) }],
    ["a limit that is past", { expiresAt: at(-60).toISOString() }, { startBefore: at(-60) }],
    [
      "a delay and a limit",
      { delaySeconds: 60, expiresAt: at(60.001).toISOString() },
      { startAfter: at(60), startBefore: at(60.001) },
    ],
  ])("understands a request for %s", (_, asked, expected) => {
    expect(startTimesOf(asked, NOW)).toEqual(expected);
  });

  it.each([
    ["/run_at", { runAt: at(YEAR + 1).toISOString() }],
    ["/run_at", { runAt: "9999-01-01T00:00:00Z" }],
    ["/expires_at", { delaySeconds: 60, expiresAt: at(60).toISOString() }],
    ["/expires_at", { runAt: at(60).toISOString(), expiresAt: at(59).toISOString() }],
  ])("refuses, at %s, %j", (pointer, asked) => {
    let thrown: unknown;
    try {
      startTimesOf(asked, NOW);
    } catch (refused) {
      thrown = refused;
    }
    expect(thrown).toMatchObject({
      code: "VALIDATION_FAILED",
      details: { errors: [{ pointer, message: expect.any(String) as unknown }] },
    });
  });
});
