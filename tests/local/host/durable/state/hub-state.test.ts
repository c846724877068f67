import { describe, expect, it } from "@jest/globals";
import type { JournalRecord } from "../../../../../local/host/durable/journal/journal-record.ts";
import type { Changes } from "../../../../../local/host/durable/state/changes.ts";
import { createHubState } from "../../../../../local/host/durable/state/hub-state.ts";
import type { HubState } from "../../../../../local/host/durable/state/hub-state.ts";
import type { Entity, Instance } from "../../../../../local/host/durable/state/instance.ts";
import {
  activityCompleted,
  batch,
  episode,
  outgoing,
  raised,
  sent,
  startEvent,
  started,
  taskCompleted,
  timerFired,
} from "./support/records.ts";

const work = { taskId: 0, name: "Double", input: "[1]" };
const timer = { id: 1, fireAt: 5_000, message: { executionId: "x1", event: timerFired(1) } };

function after(...records: readonly JournalRecord[]): HubState {
  const state = createHubState();
  for (const record of records) state.apply(record);
  return state;
}

function instance(state: HubState, id = "a"): Instance {
  const known = state.find(id);
  if (known?.kind !== "orchestration") throw new Error(`"${id}" is not an instance`);
  return known;
}

function entity(state: HubState, id = "@counter@k"): Entity {
  const known = state.find(id);
  if (known?.kind !== "entity") throw new Error(`"${id}" is not an entity`);
  return known;
}

/** What the last record changed, with the empty lists left out. */
function changes(state: HubState, record: JournalRecord): Partial<Record<keyof Changes, unknown[]>> {
  const lists = Object.entries(state.apply(record)).map(([name, list]) => [name, [...(list as Iterable<unknown>)]]);
  return Object.fromEntries(lists.filter(([, list]) => (list?.length ?? 0) > 0)) as never;
}

describe("a start", () => {
  it("creates an instance that waits for its first episode", () => {
    const state = createHubState();
    expect(changes(state, started("a", "x1", 7))).toEqual({ woken: ["a"] });
    expect(instance(state)).toMatchObject({
      name: "Chain",
      version: "1.0",
      executionId: "x1",
      status: "Pending",
      createdAt: 7,
      updatedAt: 7,
      inbox: [{ sequence: 1, event: startEvent("a", "x1") }],
      nextSequence: 2,
    });
  });

  it("is dropped while an instance of that id is running", () => {
    const state = after(started("a", "x1"), episode("a"));
    expect(changes(state, started("a", "x2"))).toEqual({});
    expect(instance(state)).toMatchObject({ executionId: "x1", inbox: [] });
  });

  it("replaces an instance that has ended, and the new one is the latest", () => {
    const state = after(started("a"), started("b"), episode("a", { status: "Completed", output: "1" }));
    expect(changes(state, started("a", "x2", 9))).toEqual({ removed: ["a"], woken: ["a"] });
    expect(instance(state)).toMatchObject({ executionId: "x2", output: null, history: [], createdAt: 9 });
    expect(Array.from(state.all(), ({ id }) => id)).toEqual(["b", "a"]);
  });

  it("replaces a running instance when it says which execution, with all it had going", () => {
    const state = after(started("a"), episode("a", { outgoing: outgoing({ activities: [work], timers: [timer] }) }));
    expect(changes(state, { ...started("a", "x2"), replaces: "x0" })).toEqual({});
    expect(changes(state, { ...started("a", "x2"), replaces: "x1" })).toEqual({
      removed: ["a"],
      woken: ["a"],
      droppedActivities: [{ id: "a", executionId: "x1", work }],
      droppedTimers: [{ id: "a", timer }],
    });
    expect(instance(state).executionId).toBe("x2");
  });

  it("replaces an instance that has been moved out", () => {
    const state = after(started("a"), episode("a", { status: "Failed" }));
    const { id, name, executionId, status, createdAt, updatedAt } = instance(state);
    state.restore({ kind: "archived", id, name, executionId, status, createdAt, updatedAt });
    state.apply(started("a", "x2"));
    expect(instance(state).executionId).toBe("x2");
  });
});

describe("a message", () => {
  it("gets the next number of its instance", () => {
    const state = after(started("a"));
    expect(changes(state, sent({ to: "a", event: raised("go") }))).toEqual({ woken: ["a"] });
    expect(instance(state).inbox.map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  it.each([
    ["is unknown", [] as JournalRecord[]],
    ["has ended", [started("a"), episode("a", { status: "Terminated" })]],
  ])("is dropped when the instance %s", (_, before) => {
    const state = after(...before);
    expect(changes(state, sent({ to: "a", event: raised("go") }))).toEqual({});
  });

  it("for another execution is dropped", () => {
    const state = after(started("a", "x1"));
    expect(changes(state, sent({ to: "a", executionId: "x0", event: raised("go") }))).toEqual({});
    expect(instance(state).inbox).toHaveLength(1);
  });

  it("creates the entity it is for", () => {
    const state = createHubState();
    expect(changes(state, sent({ to: "@counter@a@b", event: raised("op") }, 3))).toEqual({ woken: ["@counter@a@b"] });
    expect(entity(state, "@counter@a@b")).toMatchObject({
      name: "counter",
      key: "a@b",
      exists: false,
      createdAt: 3,
      inbox: [{ sequence: 1, event: raised("op") }],
    });
  });

  it("for a later time becomes a timer of the entity, one for each", () => {
    const state = createHubState();
    const later = sent({ to: "@counter@k", event: raised("op@5"), dueAt: 5 }, 1);
    expect(changes(state, later)).toMatchObject({ timers: [{ id: "@counter@k", timer: { fireAt: 5 } }] });
    state.apply(later);
    const ids = [...entity(state).timers.keys()];
    expect(ids).toHaveLength(2);
    expect(changes(state, { type: "timerElapsed", at: 5, id: "@counter@k", timerId: ids[0] ?? "" })).toEqual({
      woken: ["@counter@k"],
    });
    expect(entity(state).inbox.map(({ event }) => event)).toEqual([raised("op@5")]);
    expect(entity(state).timers.size).toBe(1);
  });

  it("for a time that has come is delivered at once", () => {
    const state = after(sent({ to: "@counter@k", event: raised("op"), dueAt: 5 }, 5));
    expect(entity(state).inbox).toHaveLength(1);
  });
});

describe("an episode", () => {
  it("consumes what it has read, and sets going what it asks for", () => {
    const state = after(started("a"), started("b"), sent({ to: "a", event: raised("late") }));
    const messages = [{ to: "b", event: raised("hello") }];
    const record = episode("a", {
      customStatus: '"half"',
      outgoing: { activities: [work], timers: [timer], messages },
    });
    expect(changes(state, record)).toEqual({
      woken: ["a", "b"], // it has something left to read
      activities: [{ id: "a", executionId: "x1", work }],
      timers: [{ id: "a", timer }],
    });
    expect(instance(state)).toMatchObject({ status: "Running", customStatus: '"half"', output: null, updatedAt: 2 });
    expect(instance(state).inbox.map(({ sequence }) => sequence)).toEqual([2]);
    expect(instance(state).history).toEqual(record.events);
    expect(instance(state, "b").inbox).toHaveLength(2);
  });

  it("keeps the custom status it does not mention", () => {
    const state = after(started("a"), episode("a", { customStatus: "1" }), episode("a"));
    expect(instance(state).customStatus).toBe("1");
  });

  it("that ends the instance drops what it still had going, and what comes later", () => {
    const state = after(started("a"), episode("a", { outgoing: outgoing({ activities: [work], timers: [timer] }) }));
    const end = episode("a", { status: "Terminated", output: '"why"', outgoing: outgoing({ timers: [timer] }) });
    expect(changes(state, end)).toEqual({
      ended: ["a"],
      droppedActivities: [{ id: "a", executionId: "x1", work }],
      droppedTimers: [{ id: "a", timer }],
    });
    expect(instance(state)).toMatchObject({ status: "Terminated", output: '"why"', inbox: [] });
    expect(instance(state).timers.size + instance(state).activities.size).toBe(0);
    expect(changes(state, activityCompleted("a", 0))).toEqual({});
    expect(changes(state, { type: "timerElapsed", at: 9, id: "a", timerId: 1 })).toEqual({});
    expect(changes(state, episode("a"))).toEqual({});
  });

  it.each([
    ["an unknown instance", [] as JournalRecord[]],
    ["an instance in another execution", [started("a", "x2")]],
  ])("of %s is ignored, with all it asks for", (_, before) => {
    const state = after(...before, started("b"));
    const record = episode("a", { outgoing: outgoing({ messages: [{ to: "b", event: raised("hello") }] }) });
    expect(changes(state, record)).toEqual({});
    expect(instance(state, "b").inbox).toHaveLength(1);
  });

  it("that continues as new begins again with the start it sends, and with the events that are not of the old execution", () => {
    const state = after(
      started("a"),
      episode("a", { outgoing: outgoing({ activities: [work, { ...work, taskId: 2 }], timers: [timer] }) }),
      activityCompleted("a", 0),
      sent({ to: "a", event: raised("kept") }),
    );
    const carried = { to: "a", event: raised("carried") };
    const record = episode("a", {
      consumedThrough: 1,
      next: { executionId: "x2", input: "2" },
      outgoing: outgoing({ messages: [{ to: "a", event: startEvent("a", "x2", "2") }, carried] }),
    });
    expect(changes(state, record)).toEqual({
      woken: ["a"],
      droppedActivities: [{ id: "a", executionId: "x1", work: { ...work, taskId: 2 } }],
      droppedTimers: [{ id: "a", timer }],
    });
    const now = instance(state);
    expect(now).toMatchObject({ executionId: "x2", input: "2", history: [], createdAt: 1 });
    expect(now.inbox.map(({ event }) => event)).toEqual([raised("kept"), startEvent("a", "x2", "2"), carried.event]);
    expect(changes(state, activityCompleted("a", 2))).toEqual({});
    expect(changes(state, started("a", "x2"))).toEqual({});
  });

  it("reads a part of a very long inbox without going through all of it", () => {
    const activities = Array.from({ length: 100_000 }, (_, taskId) => ({ ...work, taskId }));
    const state = after(started("a"), episode("a", { outgoing: outgoing({ activities }) }));
    for (const { taskId } of activities) state.apply(activityCompleted("a", taskId));
    expect(instance(state).inbox).toHaveLength(100_000);
    const begun = performance.now();
    for (let read = 1; read <= 1000; read++) state.apply(episode("a", { consumedThrough: 1 + read * 100, events: [] }));
    expect(performance.now() - begun).toBeLessThan(1000);
    expect(instance(state).inbox).toHaveLength(0);
  });
});

describe("an activity's completion", () => {
  it("delivers the result once", () => {
    const state = after(started("a"), episode("a", { outgoing: outgoing({ activities: [work] }) }));
    expect(changes(state, activityCompleted("a", 0))).toEqual({ woken: ["a"] });
    expect(changes(state, activityCompleted("a", 0))).toEqual({});
    expect(instance(state).inbox).toEqual([{ sequence: 2, executionId: "x1", event: taskCompleted(0) }]);
  });

  it("is ignored when it is of another execution", () => {
    const state = after(started("a"), episode("a", { outgoing: outgoing({ activities: [work] }) }));
    expect(changes(state, activityCompleted("a", 0, "x0"))).toEqual({});
    expect(instance(state).activities.size).toBe(1);
  });
});

describe("a timer", () => {
  it("delivers its message once", () => {
    const state = after(started("a"), episode("a", { outgoing: outgoing({ timers: [timer] }) }));
    const elapsed: JournalRecord = { type: "timerElapsed", at: 5_000, id: "a", timerId: 1 };
    expect(changes(state, elapsed)).toEqual({ woken: ["a"] });
    expect(changes(state, elapsed)).toEqual({});
    expect(instance(state).inbox.map(({ event }) => event)).toEqual([timerFired(1)]);
  });
});

describe("a batch of an entity", () => {
  it("changes the entity, and sends what it answers", () => {
    const state = after(started("a"), sent({ to: "@counter@k", event: raised("op") }));
    const record = batch("@counter@k", { lockedBy: "a", messages: [{ to: "a", event: raised("answer") }] });
    expect(changes(state, record)).toEqual({ woken: ["a"] });
    expect(entity(state)).toMatchObject({ exists: true, state: "1", lockedBy: "a", inbox: [], updatedAt: 4 });
  });

  it.each([
    ["is gone", [] as JournalRecord[]],
    ["has been purged and begun anew", [sent({ to: "@counter@k", event: raised("op") }, 9)]],
  ])("is ignored when the entity %s", (_, before) => {
    const state = after(...before);
    const messages = [{ to: "@other@k", event: raised("op") }];
    expect(changes(state, batch("@counter@k", { messages }))).toEqual({});
    expect(state.find("@other@k")).toBeUndefined();
  });
});

describe("an entity that is not there any more", () => {
  const gone = { outcome: { exists: false, state: null } };
  const op = sent({ to: "@counter@k", event: raised("op") });

  it("is forgotten, and begins anew when somebody speaks to it", () => {
    const state = after(op, batch("@counter@k"));
    state.apply(op);
    expect(changes(state, batch("@counter@k", { ...gone, consumedThrough: 2 }))).toEqual({ removed: ["@counter@k"] });
    expect([...state.all()]).toEqual([]);
    expect(changes(state, op)).toEqual({ woken: ["@counter@k"] });
    expect(entity(state)).toMatchObject({ exists: false, inbox: [{ sequence: 1 }] });
  });

  it.each([
    ["has a message", [op, op], {}],
    ["has sent itself one", [op], { messages: [{ to: "@counter@k", event: raised("op") }] }],
    ["has a request in its queue", [op], { queue: [{ op: "add", id: "1" }] }],
    ["is locked", [op], { lockedBy: "a" }],
    ["has a signal to come", [op, sent({ to: "@counter@k", event: raised("op"), dueAt: 99 })], {}],
  ])("stays while it %s", (_, before, some) => {
    const state = after(...before, batch("@counter@k", { ...gone, ...some }));
    expect(entity(state).exists).toBe(false);
  });

  it("stays as it is when a batch did no operation", () => {
    const { outcome: _, ...idle } = batch("@counter@k", { consumedThrough: 2 });
    const state = after(op, batch("@counter@k"), op, idle);
    expect(entity(state)).toMatchObject({ exists: true, state: "1", inbox: [] });
  });
});

describe("a purge", () => {
  it("forgets instances and entities with all they had going", () => {
    const state = after(
      started("a"),
      episode("a", { outgoing: outgoing({ activities: [work], timers: [timer] }) }),
      sent({ to: "@counter@k", event: raised("op") }),
    );
    state.apply(episode("a", { status: "Terminated" }));
    expect(changes(state, { type: "purged", at: 9, ids: ["a", "@counter@k", "unknown"] })).toEqual({
      removed: ["a", "@counter@k"],
    });
    expect([...state.all()]).toEqual([]);
    expect(changes(state, activityCompleted("a", 0))).toEqual({});
  });

  it("leaves an instance that has been started again meanwhile", () => {
    const state = after(started("a"), episode("a", { status: "Completed" }), started("a", "x2"));
    expect(changes(state, { type: "purged", at: 9, ids: ["a"] })).toEqual({});
    expect(instance(state).executionId).toBe("x2");
  });
});

describe("a rewind", () => {
  const ended = [started("a"), episode("a", { status: "Failed", output: "no" }), started("b")];

  it("stands in the place of the old one, with what it has going", () => {
    const state = after(...ended);
    const again: Instance = {
      ...instance(state),
      status: "Running",
      inbox: [{ sequence: 2, event: raised("again") }],
      nextSequence: 3,
      activities: new Map([[0, work]]),
    };
    expect(changes(state, { type: "instancesRewound", at: 9, instances: [again] })).toEqual({
      woken: ["a"],
      activities: [{ id: "a", executionId: "x1", work }],
    });
    expect(instance(state)).toEqual(again);
    expect(Array.from(state.all(), ({ id }) => id)).toEqual(["a", "b"]);
    state.apply(activityCompleted("a", 0));
    expect(again.inbox).toHaveLength(1); // the record's own lists are not touched
  });

  it.each([
    ["has gone on to another execution", [...ended, started("a", "x2")]],
    ["is gone", [...ended, { type: "purged", at: 9, ids: ["a"] } satisfies JournalRecord]],
    ["is running again", [started("a"), started("b"), episode("a")]],
  ])("is ignored when the instance %s", (_, records) => {
    const old = instance(after(...ended));
    const state = after(...records);
    const before = state.find("a");
    expect(changes(state, { type: "instancesRewound", at: 9, instances: [old] })).toEqual({});
    expect(state.find("a")).toBe(before);
  });
});

describe("outstanding()", () => {
  it("finds inboxes, queues, activities and timers", () => {
    const state = after(
      started("a"),
      episode("a", { outgoing: outgoing({ activities: [work], timers: [timer] }) }),
      started("b"),
      started("c"),
      episode("c", { status: "Completed" }),
      sent({ to: "@counter@k", event: raised("op") }),
      batch("@counter@k", { queue: [{ op: "add", id: "1" }] }),
      sent({ to: "@idle@k", event: raised("op") }),
      batch("@idle@k"),
    );
    const { woken, activities, timers } = state.outstanding();
    expect([...woken]).toEqual(["b", "@counter@k"]);
    expect(activities).toEqual([{ id: "a", executionId: "x1", work }]);
    expect(timers).toEqual([{ id: "a", timer }]);
  });
});
