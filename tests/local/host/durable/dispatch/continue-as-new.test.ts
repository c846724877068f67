import { describe, expect, it } from "@jest/globals";
import { continueAsNew } from "../../../../../local/host/durable/dispatch/continue-as-new.ts";
import { EventType } from "../../../../../local/host/durable/history/history-event.ts";
import type { EventRaised } from "../../../../../local/host/durable/history/history-event.ts";
import type { Delivered, Instance } from "../../../../../local/host/durable/state/instance.ts";

const Timestamp = "2026-01-01T00:00:00.000Z";
const raised = (Input: string): EventRaised => ({
  EventType: EventType.EventRaised,
  EventId: -1,
  Timestamp,
  Name: "add",
  Input,
});
const messages: readonly Delivered[] = ["1", "2", "3"].map((input, index) => ({
  sequence: index + 7,
  event: raised(input),
}));
const instance: Instance = {
  kind: "orchestration",
  id: "i",
  name: "adder",
  executionId: "old",
  version: "1.5",
  status: "Running",
  parent: null,
  createdAt: 0,
  updatedAt: 0,
  input: null,
  output: null,
  customStatus: null,
  inbox: messages,
  nextSequence: 10,
  timers: new Map(),
  activities: new Map(),
  history: [],
};
const episode = { instance, executionId: "old", messages, events: [], history: [] };

function follow(carriedOver: readonly EventRaised[]): ReturnType<typeof continueAsNew> {
  return continueAsNew(
    episode,
    { status: "ContinuedAsNew", input: { n: 1 }, carriedOver },
    { timestamp: Timestamp, messages: [] },
  );
}

describe("continueAsNew()", () => {
  it("begins another execution of the same instance and version", () => {
    const { next, outgoing, consumedThrough } = follow([]);
    expect(next).toEqual({ executionId: expect.stringMatching(/^[0-9a-f]{32}$/), input: '{"n":1}' });
    expect(consumedThrough).toBe(9);
    expect(outgoing.messages).toEqual([
      {
        to: "i",
        executionId: next?.executionId,
        event: expect.objectContaining({ Name: "adder", Version: "1.5", Input: '{"n":1}' }),
      },
    ]);
  });

  it("leaves events that came after the end where they are, before those that have come since", () => {
    const events = messages.slice(1).map(({ event }) => event as EventRaised);
    const { outgoing, consumedThrough } = follow(events);
    expect(consumedThrough).toBe(7);
    expect(outgoing.messages).toHaveLength(1);
  });

  it("sends those again that were read in an earlier episode", () => {
    const earlier = raised("0");
    const { outgoing, consumedThrough } = follow([earlier, raised("9")]);
    expect(consumedThrough).toBe(9);
    expect(outgoing.messages.slice(1)).toEqual([
      { to: "i", event: earlier },
      { to: "i", event: raised("9") },
    ]);
  });
});
