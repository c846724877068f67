import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { MAX_UNDER_WAY, nextStep } from "../../src/dead-letters/bulk-replay.ts";
import type { BulkReplay } from "../../src/dead-letters/bulk-replay.ts";

const OPERATION = { workspaceId: "default", operationId: `op_${"0".repeat(34)}` };
const at = new Date("2026-02-01T00:00:00.000Z");

interface Counts extends Partial<Omit<BulkReplay, "underWay">> {
  readonly underWay?: number;
}

function aReplay({ underWay = 0, ...fields }: Counts): BulkReplay {
  return {
    replayId: `replay_${"0".repeat(26)}`,
    status: "running",
    filter: { fewerReplaysThan: 4 },
    failedBefore: at,
    limit: 1000,
    ratePerSecond: 10,
    canary: 5,
    stopAtFailureRate: 0.5,
    reason: "fixed",
    traceparent: "t",
    cursor: `dead_${"0".repeat(44)}`,
    isExhausted: false,
    replayed: 0,
    skipped: 0,
    ended: 0,
    failedAgain: 0,
    createdAt: at,
    expiresAt: at,
    ...fields,
    underWay: Array.from({ length: underWay }, () => OPERATION),
  };
}

describe("nextStep()", () => {
  it.each<[what: string, counts: Counts, step: object]>([
    ["the canaries first", {}, { do: "replay", letters: 5 }],
    ["the rest of the canaries", { replayed: 3, underWay: 3 }, { do: "replay", letters: 2 }],
    ["nothing while canaries are under way", { replayed: 5, ended: 4, underWay: 1 }, { do: "wait" }],
    ["a second's worth once they have ended", { replayed: 5, ended: 5 }, { do: "replay", letters: 10 }],
    ["no more than the limit", { replayed: 995, ended: 900, underWay: 95 }, { do: "replay", letters: 5 }],
    ["no more than can be watched", { replayed: 400, ended: 100, underWay: MAX_UNDER_WAY }, { do: "wait" }],
    ["nothing at the limit", { replayed: 1000, ended: 999, underWay: 1 }, { do: "wait" }],
    ["the end, when all have ended", { replayed: 1000, ended: 1000 }, { do: "end", status: "done" }],
    ["the end, when there is no letter", { isExhausted: true }, { do: "end", status: "done" }],
    ["nothing while the last are under way", { isExhausted: true, replayed: 2, underWay: 2 }, { do: "wait" }],
    ["no verdict by one canary of five", { replayed: 5, ended: 1, failedAgain: 1, underWay: 4 }, { do: "wait" }],
    ["on, at just the share", { replayed: 10, ended: 10, failedAgain: 5 }, { do: "replay", letters: 10 }],
  ])("asks for %s", (_, counts, step) => {
    expect(nextStep(aReplay(counts))).toEqual(step);
  });

  it.each<[what: string, counts: Counts]>([
    ["canaries fail again", { replayed: 5, ended: 5, failedAgain: 3 }],
    ["too great a share fails again later", { replayed: 200, ended: 100, failedAgain: 51, underWay: 100 }],
    [
      "all there are have failed, be they fewer than canaries",
      { isExhausted: true, replayed: 1, ended: 1, failedAgain: 1 },
    ],
    ["one fails, where none may", { stopAtFailureRate: 0, replayed: 50, ended: 40, failedAgain: 1, underWay: 10 }],
  ])("stops when %s (L5)", (_, counts) => {
    expect(nextStep(aReplay(counts))).toMatchObject({ do: "end", status: "stopped" });
  });

  it("always comes to an end, never above the limit, the rate or the room, whatever jobs do", () => {
    const settings = fc.record({
      limit: fc.integer({ min: 1, max: 200 }),
      ratePerSecond: fc.integer({ min: 1, max: 100 }),
      canary: fc.integer({ min: 1, max: 20 }),
      stopAtFailureRate: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const property = fc.property(settings, fc.nat(300), fc.infiniteStream(fc.boolean()), (given, letters, chances) => {
      const chance = () => chances.next().value === true;
      let replay = aReplay(given);
      let left = letters;
      for (let rounds = 0; rounds < 2000; rounds++) {
        const ends = replay.underWay.filter(chance);
        const failed = ends.filter(chance).length;
        replay = {
          ...replay,
          ended: replay.ended + ends.length,
          failedAgain: replay.failedAgain + failed,
          underWay: replay.underWay.slice(ends.length),
        };
        const step = nextStep(replay);
        if (step.do === "end") return replay.replayed <= given.limit;
        if (step.do === "wait") continue;
        expect(step.letters).toBeLessThanOrEqual(given.ratePerSecond);
        const taken = Math.min(left, step.letters);
        left -= taken;
        replay = {
          ...replay,
          isExhausted: taken < step.letters,
          replayed: replay.replayed + taken,
          underWay: [...replay.underWay, ...Array.from({ length: taken }, () => OPERATION)],
        };
        expect(replay.underWay.length).toBeLessThanOrEqual(MAX_UNDER_WAY);
        expect(replay.replayed - replay.ended > given.canary && replay.ended < given.canary).toBe(false);
      }
      return false;
    });
    fc.assert(property);
  });
});
