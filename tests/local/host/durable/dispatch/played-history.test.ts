import { describe, expect, it } from "@jest/globals";
import { createPlayedHistory, eventText } from "../../../../../local/host/durable/dispatch/played-history.ts";
import { EventType } from "../../../../../local/host/durable/history/history-event.ts";
import type { HistoryEvent } from "../../../../../local/host/durable/history/history-event.ts";

const events: readonly HistoryEvent[] = ["a", "b", "c"].map((Name) => ({
  EventType: EventType.EventRaised,
  EventId: -1,
  Timestamp: "2026-01-01T00:00:00.000Z",
  Name,
  Input: '{"}":1}',
}));
const execution = (count: number, executionId = "e", instanceId = "i") => ({
  instanceId,
  executionId,
  history: events.slice(0, count),
});

describe("createPlayedHistory()", () => {
  it("writes the events as played", () => {
    const text = createPlayedHistory().textOf(execution(2));
    expect(JSON.parse(`[${text}]`)).toEqual(events.slice(0, 2).map((event) => ({ ...event, IsPlayed: true })));
  });

  it("is the same whether it was written at once or bit by bit", () => {
    const played = createPlayedHistory();
    expect(played.textOf(execution(0))).toBe("");
    played.textOf(execution(1));
    expect(played.textOf(execution(3))).toBe(createPlayedHistory().textOf(execution(3)));
    expect(played.size).toBe(1);
  });

  it("begins anew with another execution, and after it was told to forget", () => {
    const played = createPlayedHistory();
    played.textOf(execution(3));
    expect(played.textOf(execution(1, "next"))).toBe(createPlayedHistory().textOf(execution(1)));
    played.forget("i");
    expect(played.size).toBe(0);
  });

  it("lets go of those not used for longest when they become too much", () => {
    const length = createPlayedHistory().textOf(execution(1)).length;
    const played = createPlayedHistory(2 * length);
    for (const instanceId of ["1", "2", "1", "3"]) played.textOf(execution(1, "e", instanceId));
    expect(played.size).toBe(2);
    expect(played.textOf(execution(2, "e", "1"))).toBe(createPlayedHistory().textOf(execution(2)));
  });
});

describe("eventText()", () => {
  it("adds whether the event was played", () => {
    const [event] = events;
    if (event) expect(JSON.parse(eventText(event, false))).toEqual({ ...event, IsPlayed: false });
  });
});
