import { randomUUID } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { useConformanceHost } from "./support/conformance-host.ts";
import { moduleSystems } from "./support/module-systems.ts";
import { orchestrationsOf } from "./support/orchestrations.ts";

describe.each(moduleSystems)("the history of an instance (%s)", (moduleSystem) => {
  const host = useConformanceHost(moduleSystem);
  const orchestrations = orchestrationsOf(host);

  async function historyOf(name: string, input?: unknown): Promise<readonly string[]> {
    const started = await orchestrations.start(name, input);
    await orchestrations.ended(started);
    const events = await orchestrations.history(started);
    expect([events[0], events.at(-1)]).toEqual(["ExecutionStarted", "ExecutionCompleted"]);
    return events.slice(1, -1);
  }

  it("of a chain has one completion for each step", async () => {
    expect(await historyOf("chaining", "Ada")).toEqual(["TaskCompleted", "TaskCompleted", "TaskCompleted"]);
  });

  it("of a fan-out has one completion for each task", async () => {
    expect(await historyOf("fanOutFanIn", 5)).toEqual(Array(5).fill("TaskCompleted"));
  });

  it("of a race that the timer wins has the timer's beginning and end", async () => {
    expect(await historyOf("timerWins")).toEqual(["TimerCreated", "TimerFired"]);
  });

  it("of a race that an event wins has no end of the timer", async () => {
    const started = await orchestrations.start("humanInteraction", { question: "?", patienceMs: 3_600_000 });
    await orchestrations.waitFor(started, ({ customStatus }) => customStatus !== null, "the question");
    await orchestrations.raise(started, "Approval", 1);
    await orchestrations.ended(started);
    expect(await orchestrations.history(started)).toEqual([
      "ExecutionStarted",
      "TimerCreated",
      "EventRaised",
      "ExecutionCompleted",
    ]);
  });

  it("of a retry has a timer between the attempts", async () => {
    const plan = { name: randomUUID(), failures: 1, firstRetryMs: 20, maxAttempts: 3 };
    expect(await historyOf("retrying", plan)).toEqual([
      "TaskFailed",
      "TimerCreated",
      "TimerFired",
      "TaskCompleted",
      "TaskCompleted",
    ]);
  });

  it("of exhausted retries has a timer after the last attempt too", async () => {
    const plan = { name: randomUUID(), failures: 9, firstRetryMs: 20, maxAttempts: 2 };
    expect(await historyOf("retrying", plan)).toEqual([
      "TaskFailed",
      "TimerCreated",
      "TimerFired",
      "TaskFailed",
      "TimerCreated",
      "TimerFired",
      "TaskCompleted",
    ]);
  });

  it("of sub-orchestrations has one completion for each", async () => {
    expect(await historyOf("parent")).toEqual(Array(4).fill("SubOrchestrationInstanceCompleted"));
  });

  it("of a critical section has the request, its grant, and a release for each entity", async () => {
    expect(await historyOf("lockThenWork", [randomUUID(), randomUUID()])).toEqual([
      "EventSent",
      "EventRaised",
      "EventSent",
      "EventSent",
      "TaskCompleted",
    ]);
  });

  it("of entity calls has a message and an answer for each, and of a signal the message", async () => {
    expect(await historyOf("useCounter", randomUUID())).toEqual([
      "EventSent",
      "EventRaised",
      "EventSent",
      "EventSent",
      "EventRaised",
      "EventSent",
      "EventRaised",
    ]);
  });

  it("shows names and times, and inputs and results when asked to", async () => {
    const started = await orchestrations.start("chaining", "Ada");
    await orchestrations.ended(started);
    const { historyEvents: brief = [] } = await orchestrations.status(started, "&showHistory=true");
    const { historyEvents: full = [] } = await orchestrations.status(
      started,
      "&showHistory=true&showHistoryOutput=true",
    );
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/) as unknown;
    expect(brief[0]).toMatchObject({ EventType: "ExecutionStarted", FunctionName: "chaining", Timestamp: time });
    expect(brief[1]).toMatchObject({ FunctionName: "sayHello", ScheduledTime: time, Timestamp: time });
    expect(brief[1]).not.toHaveProperty("Result");
    expect(full[1]).toMatchObject({ FunctionName: "sayHello", Result: "Hello Ada" });
    expect(full.at(-1)).toMatchObject({ OrchestrationStatus: "Completed", Result: "*** HELLO ADA ***" });
  });
});
