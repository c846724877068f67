import { describe, expect, it } from "@jest/globals";
import type { Reenactment } from "../../../../../local/host/durable/replay/decision.ts";
import {
  activity,
  failed,
  kindsOf,
  raised,
  reenacted,
  scheduled,
  sent,
  signal,
  START,
  suspended,
  terminated,
} from "./an-execution.ts";

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const call = { actionType: 7, instanceId: "@Counter@a@B", operation: "add", input: "five" };
const lock = {
  actionType: 13,
  lockRequestId: "not ours",
  lockSet: [
    { name: "Counter", key: "a" },
    { name: "COUNTER", key: "b" },
  ],
};
const release = { actionType: 14 };

function messagesOf({ decisions }: Reenactment) {
  return decisions.map((decision) => {
    if (decision.kind !== "sendEvent") throw new Error(`Got a ${decision.kind}, expected a message`);
    return { ...decision, input: JSON.parse(decision.input) as Record<string, unknown> };
  });
}

/** The id of the first message that these actions send. */
const requestIdOf = (action: object) =>
  String(messagesOf(reenacted({ actions: [action as typeof call] }))[0]?.input["id"]);

describe("reenact() of calls and signals of entities", () => {
  it("sends a request with the input as JSON text and waits for the event of its id", () => {
    expect(messagesOf(reenacted({ actions: [call] }))).toEqual([
      {
        kind: "sendEvent",
        id: 0,
        to: "@counter@a@B",
        name: "op",
        input: {
          op: "add",
          id: expect.stringMatching(GUID) as unknown,
          input: '"five"',
          parent: "instance",
          parentExecution: "execution",
        },
      },
    ]);
    const answered = [[sent(0)], [raised(requestIdOf(call))]];
    expect(kindsOf(reenacted({ actions: [call, activity()], episodes: [[sent(0)], [raised("else")]] }))).toEqual([]);
    expect(kindsOf(reenacted({ actions: [call, activity()], episodes: answered }))).toEqual(["1 scheduleTask"]);
  });

  it("leaves the input out when there is none", () => {
    for (const input of [null, undefined])
      expect(messagesOf(reenacted({ actions: [{ ...call, input }] }))[0]?.input).not.toHaveProperty("input");
    expect(messagesOf(reenacted({ actions: [{ ...call, input: 0 }] }))[0]?.input["input"]).toBe("0");
  });

  it("gives every request an id of its own, the same in every re-enactment", () => {
    const ids = messagesOf(reenacted({ actions: [signal, signal] })).map(({ input }) => input["id"]);
    expect(new Set(ids).size).toBe(2);
    expect(messagesOf(reenacted({ actions: [signal, signal] })).map(({ input }) => input["id"])).toEqual(ids);
    const other = reenacted({ actions: [signal], execution: { instanceId: "other" } });
    expect(ids).not.toContain(messagesOf(other)[0]?.input["id"]);
  });

  it("sends a signal and goes on at once", () => {
    const run = reenacted({ actions: [signal, activity()] });
    expect(kindsOf(run)).toEqual(["0 sendEvent", "1 scheduleTask"]);
    expect(messagesOf(reenacted({ actions: [signal] }))).toMatchObject([
      { to: "@counter@one", name: "op", input: { op: "add", signal: true, input: "1" } },
    ]);
  });

  it("sends a scheduled signal with the time it is due", () => {
    const due = new Date(START + 1000).toISOString();
    expect(messagesOf(reenacted({ actions: [{ ...signal, actionType: 10, fireAt: due }] }))).toMatchObject([
      { name: `op@${due}`, dueAt: START + 1000, input: { signal: true, due } },
    ]);
  });

  it("fails for what is no entity's id", () => {
    const { completion } = reenacted({ actions: [{ ...call, instanceId: "counter" }] });
    expect(completion).toMatchObject({ error: 'Cannot address an entity as "counter": expected "@name@key"' });
  });
});

describe("reenact() of locks", () => {
  const granted = [[sent(0)], [raised(requestIdOf(lock))]];
  const releases = ["@counter@a", "@counter@b"].map((to, index) => ({
    kind: "sendEvent",
    id: index + 1,
    to,
    name: "release",
    input: { parent: "instance", id: requestIdOf(lock) },
  }));

  it("sends one request to the first entity, with all of them in lower case", () => {
    expect(messagesOf(reenacted({ actions: [lock] }))).toMatchObject([
      {
        id: 0,
        to: "@counter@a",
        name: "op",
        input: {
          op: null,
          lockset: [
            { name: "counter", key: "a" },
            { name: "counter", key: "b" },
          ],
          pos: 0,
        },
      },
    ]);
  });

  it("releases every entity under a number of its own, and goes on at once", () => {
    expect(messagesOf(reenacted({ actions: [lock, release], episodes: granted }))).toEqual(releases);
    const run = reenacted({ actions: [lock, release, activity()], episodes: granted });
    expect(kindsOf(run)).toEqual(["1 sendEvent", "2 sendEvent", "3 scheduleTask"]);
    expect(kindsOf(reenacted({ actions: [release, activity()] }))).toEqual(["0 scheduleTask"]);
  });

  it("releases what is still held when the orchestrator completes", () => {
    const run = reenacted({ actions: [lock], answer: { isDone: true }, episodes: granted });
    expect(messagesOf(run)).toEqual(releases);
    expect(run).toMatchObject({ completion: { status: "Completed" }, releasedAfterFailure: false, nextId: 3 });
  });

  it("releases what is still held when it fails, and says so once", () => {
    const run = { actions: [lock, activity()], answer: { error: "broken" } };
    const episodes = [...granted, [scheduled(1), failed(1)]];
    const first = reenacted({ ...run, episodes });
    expect(messagesOf(first)).toEqual(releases.map((message) => ({ ...message, id: message.id + 1 })));
    expect(first.releasedAfterFailure).toBe(true);
    const later = reenacted({ ...run, episodes: [...episodes, [sent(2, "release"), sent(3, "release")]] });
    expect(later).toMatchObject({ decisions: [], completion: { status: "Failed" }, releasedAfterFailure: false });
  });

  it("releases what is still held when it is terminated, also while suspended", () => {
    for (const last of [[terminated], [suspended, terminated]]) {
      const run = reenacted({ actions: [lock, activity()], episodes: [...granted, [scheduled(1)], last] });
      expect(messagesOf(run).map(({ to }) => to)).toEqual(["@counter@a", "@counter@b"]);
      expect(run).toMatchObject({ completion: { status: "Terminated" }, releasedAfterFailure: true });
    }
  });

  it("takes back what it has asked for when it ends before that is granted", () => {
    const run = reenacted({ actions: [lock], episodes: [[sent(0)], [terminated]] });
    expect(messagesOf(run)).toEqual(releases);
    expect(run).toMatchObject({ completion: { status: "Terminated" }, releasedAfterFailure: true });
    const late = reenacted({ actions: [lock], episodes: [[sent(0)], [terminated, raised(requestIdOf(lock))]] });
    expect(messagesOf(late)).toEqual(releases);
  });

  it("releases what is still held when the code no longer fits the history", () => {
    const run = reenacted({ actions: [lock, activity()], episodes: [...granted, [scheduled(1, "Rest")]] });
    expect(messagesOf(run)).toHaveLength(2);
    expect(run).toMatchObject({ completion: { isNonDeterministic: true }, releasedAfterFailure: true });
  });

  it("refuses sub-orchestrations while locks are held", () => {
    const child = { actionType: 2, functionName: "Child" };
    const { completion } = reenacted({ actions: [lock, child], episodes: granted });
    expect(completion).toMatchObject({ error: "While holding locks, cannot call suborchestrators." });
  });
});
