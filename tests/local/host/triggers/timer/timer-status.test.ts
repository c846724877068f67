import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { timerInput } from "../../../../../local/host/triggers/timer/timer-input.ts";
import { createFileStatusStore } from "../../../../../local/host/triggers/timer/timer-status.ts";

describe("createFileStatusStore()", () => {
  const folder = mkdtempSync(join(tmpdir(), "timers-"));
  const store = createFileStatusStore(folder);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it("finds again what it saved, and nothing before", async () => {
    expect(await store.load("a")).toBeUndefined();
    const status = { last: new Date(1), next: new Date(2), lastUpdated: new Date(3) };
    await store.save("a", status);
    expect(await store.load("a")).toEqual(status);
    await store.save("a", { ...status, last: undefined });
    expect((await store.load("a"))?.last).toBeUndefined();
  });

  it("says which file is not one of its own", async () => {
    mkdirSync(join(folder, "timers"), { recursive: true });
    writeFileSync(join(folder, "timers", "b.json"), '{"Next":"soon"}');
    await expect(store.load("b")).rejects.toThrow(/b\.json: (Last|Next): it must be a date/);
  });
});

describe("timerInput()", () => {
  it("writes dates with an offset, and the year 1 for a timer that never fired", () => {
    const status = {
      last: undefined,
      next: new Date(Date.UTC(2026, 0, 1)),
      lastUpdated: new Date(Date.UTC(2025, 0, 1)),
    };
    expect(JSON.parse(timerInput(status, true).json ?? "")).toEqual({
      Schedule: { AdjustForDST: true },
      ScheduleStatus: {
        Last: "0001-01-01T00:00:00+00:00",
        LastUpdated: "2025-01-01T00:00:00+00:00",
        Next: "2026-01-01T00:00:00+00:00",
      },
      IsPastDue: true,
    });
    expect(JSON.parse(timerInput(undefined, false).json ?? "")).toMatchObject({ ScheduleStatus: null });
  });
});
