import { describe, expect, it } from "@jest/globals";
import { hasWork, nextBatch, takeIn } from "../../../../../local/host/durable/dispatch/entity-requests.ts";
import { EventType } from "../../../../../local/host/durable/history/history-event.ts";
import type { HistoryEvent } from "../../../../../local/host/durable/history/history-event.ts";
import type { EntityRequest } from "../../../../../local/host/durable/state/instance.ts";

function raised(name: string, content: object): HistoryEvent {
  const Timestamp = new Date().toISOString();
  return { EventType: EventType.EventRaised, EventId: -1, Timestamp, Name: name, Input: JSON.stringify(content) };
}
const request = (id: string, parent?: string): EntityRequest => ({ op: "do", id, ...(parent ? { parent } : {}) });
const lock = (id: string, parent: string): EntityRequest => ({
  op: null,
  id,
  parent,
  lockset: [{ name: "counter", key: "a" }],
  pos: 0,
});
const ids = (requests: readonly EntityRequest[]) => requests.map(({ id }) => id);

describe("takeIn()", () => {
  it("puts requests behind those that wait, whether scheduled or not", () => {
    const events = [raised("op", request("2")), raised("op@2026-01-01T00:00:00Z", request("3"))];
    expect(ids(takeIn({ queue: [request("1")], lockedBy: null }, events).queue)).toEqual(["1", "2", "3"]);
  });

  it("puts those of the lock's holder before all others, in their order", () => {
    const events = [raised("op", request("2", "p")), raised("op", request("3", "q")), raised("op", request("4", "p"))];
    expect(ids(takeIn({ queue: [request("1")], lockedBy: "p" }, events).queue)).toEqual(["2", "4", "1", "3"]);
  });

  it("heeds a release from the holder alone", () => {
    expect(takeIn({ queue: [], lockedBy: "p" }, [raised("release", { parent: "q", id: "l" })]).lockedBy).toBe("p");
    expect(takeIn({ queue: [], lockedBy: "p" }, [raised("release", { parent: "p", id: "l" })]).lockedBy).toBeNull();
  });
});

describe("takeIn() of a release", () => {
  it("takes a lock back that has not been granted, and nothing else of that orchestration", () => {
    const queue = [lock("l", "p"), request("1", "p"), lock("m", "p")];
    const events = [raised("op", lock("n", "p")), raised("release", { parent: "p", id: "l" })];
    const taken = takeIn({ queue, lockedBy: "q" }, [...events, raised("release", { parent: "p", id: "n" })]);
    expect([ids(taken.queue), taken.lockedBy]).toEqual([["1", "m"], "q"]);
  });
});

describe("takeIn() of what is no request", () => {
  it.each([["5"], ["null"], ["{}"], ["not JSON"]])("drops %s", (Input) => {
    const event = { ...raised("op", {}), Input } as HistoryEvent;
    expect(takeIn({ queue: [], lockedBy: null }, [event]).queue).toEqual([]);
  });
});

describe("nextBatch()", () => {
  it("takes so many at most", () => {
    const {
      operations,
      lock: taken,
      rest,
    } = nextBatch({ queue: ["1", "2", "3"].map((id) => request(id)), lockedBy: null }, 2);
    expect([ids(operations), taken, ids(rest)]).toEqual([["1", "2"], undefined, ["3"]]);
  });

  it("ends with a lock, and leaves what follows for its holder or for later", () => {
    const queue = [request("1"), lock("l", "p"), request("2")];
    const batch = nextBatch({ queue, lockedBy: null }, 10);
    expect([ids(batch.operations), batch.lock?.id, ids(batch.rest)]).toEqual([["1"], "l", ["2"]]);
  });

  it("leaves the lock for the next batch when this one is full", () => {
    const batch = nextBatch({ queue: [request("1"), lock("l", "p")], lockedBy: null }, 1);
    expect([ids(batch.operations), batch.lock, ids(batch.rest)]).toEqual([["1"], undefined, ["l"]]);
  });

  it("takes only the holder's while it is locked", () => {
    const queue = [request("1", "p"), request("2", "q"), request("3", "p")];
    expect(ids(nextBatch({ queue, lockedBy: "p" }, 10).operations)).toEqual(["1"]);
    expect(nextBatch({ queue: [lock("l", "q")], lockedBy: "p" }, 10).lock).toBeUndefined();
  });
});

describe("hasWork()", () => {
  it("is true of what has something to read, or may run the head of its queue", () => {
    expect(hasWork({ inbox: [], queue: [], lockedBy: null })).toBe(false);
    expect(hasWork({ inbox: [], queue: [request("1", "q")], lockedBy: "p" })).toBe(false);
    expect(hasWork({ inbox: [], queue: [request("1", "p")], lockedBy: "p" })).toBe(true);
    expect(hasWork({ inbox: [{ sequence: 1, event: raised("op", {}) }], queue: [], lockedBy: "p" })).toBe(true);
  });
});
