import { describe, expect, it } from "@jest/globals";
import { dueAt, waitedSince } from "../../../src/jobs/life/due.ts";
import { aJob } from "../../support/a-job.ts";

const PATIENCE = { messageMs: 120_000, leaseMs: 15_000 };
const NOW = new Date("2026-01-02T00:00:00.000Z");
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

describe("dueAt()", () => {
  it.each([
    ["queued", { phase: "queued" }, 120],
    ["queued, and its message was sent again", { phase: "queued", redispatches: 1 }, 240],
    ["queued, and its message was sent again often", { phase: "queued", redispatches: 4 }, 1920],
    ["queued for a day in a long backlog", { phase: "queued", redispatches: 30 }, 3600],
    ["waiting for a retry", { phase: "queued", retryAt: after(60) }, 180],
    [
      "waiting for a retry that was due before its message was sent again",
      { phase: "queued", retryAt: after(-60) },
      120,
    ],
    ["processing", { phase: "processing", leaseUntil: after(60) }, 75],
  ] as const)("wakes up for a job that is %s", (_, fields, seconds) => {
    expect(dueAt(aJob({ enqueuedAt: NOW, ...fields }), PATIENCE)).toEqual(after(seconds));
  });

  it.each([
    ["is to start later", { startAfter: after(3600) }, 3720],
    ["is to start later, and to be tried again before that", { startAfter: after(60), retryAt: after(30) }, 180],
    ["is to be tried again after it was to start", { startAfter: after(30), retryAt: after(60) }, 180],
    ["must begin before its message is missed", { startBefore: after(30) }, 30],
    ["has begun before it had to", { startBefore: after(30), startedAt: NOW }, 120],
    ["need not begin soon", { startBefore: after(3600) }, 120],
  ] as const)("wakes up for a job that %s", (_, fields, seconds) => {
    expect(dueAt(aJob({ phase: "queued", enqueuedAt: NOW, ...fields }), PATIENCE)).toEqual(after(seconds));
  });

  it("wakes up for a waiting job when its orchestration should have been seen", () => {
    expect(dueAt(aJob({ phase: "waiting", leaseUntil: after(300) }), PATIENCE)).toEqual(after(315));
  });

  it("wakes up for a job that has ended while something of it is to be taken back", () => {
    const undo = [{ step: "a", status: "pending" as const, attempt: 0 }];
    expect(dueAt(aJob({ phase: "failed", updatedAt: NOW, undo }), PATIENCE)).toEqual(after(120));
    const taken = [{ step: "a", status: "failed" as const, attempt: 4 }];
    expect(dueAt(aJob({ phase: "failed", undo: taken, expiresAt: after(9) }), PATIENCE)).toEqual(after(9));
  });

  it.each(["done", "failed", "cancelled"] as const)(
    "wakes up for a job that is %s when its record is to go",
    (phase) => {
      expect(dueAt(aJob({ phase, expiresAt: after(86_400) }), PATIENCE)).toEqual(after(86_400));
    },
  );
});

describe("waitedSince()", () => {
  it.each([
    ["was accepted", {}, 0],
    ["was to start later", { startAfter: after(2) }, 2],
    ["was to start before it was accepted", { startAfter: after(-2) }, 0],
    ["was begun anew later", { acceptedAt: after(1) }, 1],
  ])("counts from when the job %s", (_, fields, seconds) => {
    expect(waitedSince(aJob({ phase: "done", acceptedAt: NOW, ...fields }))).toEqual(after(seconds));
  });
});
