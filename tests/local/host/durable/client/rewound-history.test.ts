import { describe, expect, it } from "@jest/globals";
import { failedChildren, rewindHistory } from "../../../../../local/host/durable/client/rewound-history.ts";
import { EventType } from "../../../../../local/host/durable/history/history-event.ts";
import type { HistoryEvent } from "../../../../../local/host/durable/history/history-event.ts";

const base = { EventId: -1, Timestamp: "2026-11-22T02:05:24.000Z" };
const started: HistoryEvent = { ...base, EventType: EventType.OrchestratorStarted };
const scheduled = (EventId: number): HistoryEvent => ({
  ...base,
  EventType: EventType.TaskScheduled,
  EventId,
  Name: "step",
  Version: "",
  Input: null,
});
const completed = (TaskScheduledId: number): HistoryEvent => ({
  ...base,
  EventType: EventType.TaskCompleted,
  TaskScheduledId,
  Result: null,
});
const failed = (TaskScheduledId: number): HistoryEvent => ({
  ...base,
  EventType: EventType.TaskFailed,
  TaskScheduledId,
  Reason: "",
  Details: "",
  FailureDetails: null,
});
const timer = (EventId: number): HistoryEvent => ({ ...base, EventType: EventType.TimerCreated, EventId, FireAt: "" });
const fired = (TimerId: number): HistoryEvent => ({ ...base, EventType: EventType.TimerFired, TimerId, FireAt: "" });
const child = (EventId: number, InstanceId: string): HistoryEvent => ({
  ...base,
  EventType: EventType.SubOrchestrationInstanceCreated,
  EventId,
  Name: "child",
  Version: "",
  InstanceId,
  Input: null,
});
const childFailed = (TaskScheduledId: number): HistoryEvent => ({
  ...base,
  EventType: EventType.SubOrchestrationInstanceFailed,
  TaskScheduledId,
  Reason: "",
  Details: "",
  FailureDetails: null,
});
const ended: HistoryEvent = {
  ...base,
  EventType: EventType.ExecutionCompleted,
  EventId: 9,
  OrchestrationStatus: 3,
  Result: null,
  FailureDetails: null,
};

describe("rewindHistory()", () => {
  it("removes failed activities with what scheduled them, and the end, and keeps what has succeeded", () => {
    const history = [started, scheduled(0), scheduled(1), started, completed(0), failed(1), ended];
    expect(rewindHistory(history, () => true)).toEqual([started, scheduled(0), started, completed(0)]);
  });

  it("removes the waits between tries, and keeps timers that answer no failure", () => {
    const history = [
      started,
      scheduled(0),
      timer(1),
      started,
      failed(0),
      timer(2),
      started,
      fired(2),
      scheduled(3),
      started,
      failed(3),
      fired(1),
      ended,
    ];
    expect(rewindHistory(history, () => true)).toEqual([started, timer(1), started, started, started, fired(1)]);
  });

  it("removes what has no result: the orchestration had failed before it came", () => {
    const history = [
      started,
      scheduled(0),
      scheduled(1),
      timer(2),
      timer(3),
      child(4, "c"),
      started,
      completed(0),
      fired(3),
    ];
    expect(rewindHistory([...history, ended], () => false)).toEqual([
      started,
      scheduled(0),
      timer(3),
      started,
      completed(0),
      fired(3),
    ]);
  });

  it("keeps children that are rewound themselves, and asks for the others again", () => {
    const history = [
      started,
      child(0, "a"),
      child(1, "b"),
      child(2, "c"),
      started,
      childFailed(0),
      childFailed(1),
      ended,
    ];
    expect(failedChildren(history)).toEqual(["a", "b"]);
    expect(rewindHistory(history, (id) => id === "a")).toEqual([started, child(0, "a"), started]);
  });
});
