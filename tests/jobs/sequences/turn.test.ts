import { describe, expect, it } from "@jest/globals";
import { awaitedTurn, decideTurn } from "../../../src/jobs/sequences/turn.ts";
import { aJob } from "../../support/a-job.ts";

const now = new Date("2026-03-01T00:00:00.000Z");
const line = { numbered: true, issued: 0, passed: 4 };

function secondsUntilNextLook(place: number): number {
  const turn = decideTurn({ line, place, front: { place: 5, says: "turn" }, now });
  if (turn.outcome !== "wait") throw new Error(`It need not wait: ${turn.outcome}`);
  return (turn.until.getTime() - now.getTime()) / 1000;
}

describe("decideTurn()", () => {
  it("has a job look again the sooner the nearer its turn is, after two minutes at most", () => {
    expect([6, 7, 10, 1_000_000].map(secondsUntilNextLook)).toEqual([30, 45, 90, 120]);
    const gap = decideTurn({ line, place: 5, front: { place: 5, says: "wait" }, now });
    expect(gap).toEqual({ outcome: "wait", until: new Date(now.getTime() + 15_000) });
  });

  it("never lets a job begin that has no place, or whose place was passed", () => {
    const passed = decideTurn({ line, place: 4, front: { place: 5, says: "turn" }, now });
    const lost = decideTurn({ line, place: 5, front: { place: 6, says: "turn" }, now });
    const alone = decideTurn({ line, place: 5, front: undefined, now });
    expect([passed.outcome, lost.outcome, alone.outcome]).toEqual(["never", "never", "never"]);
  });
});

describe("awaitedTurn()", () => {
  const sequence = { key: "a", place: 3, number: 3 };

  it("says whose end a job waits for, as far as its own row tells", () => {
    expect(awaitedTurn(aJob({ phase: "queued", sequence }))).toEqual({ key: "a", number: 2 });
    expect(awaitedTurn(aJob({ phase: "queued", sequence: { key: "a", place: 3 } }))).toEqual({ key: "a" });
  });

  it.each([
    ["the first", aJob({ phase: "queued", sequence: { key: "a", place: 1, number: 1 } })],
    ["one that has begun", aJob({ phase: "queued", sequence, startedAt: now })],
    ["one at work", aJob({ phase: "processing", sequence })],
    ["one without a key", aJob({ phase: "queued" })],
  ])("says nothing of %s", (_, job) => {
    expect(awaitedTurn(job)).toBeUndefined();
  });
});
