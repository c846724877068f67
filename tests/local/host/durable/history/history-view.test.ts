import { describe, expect, it } from "@jest/globals";
import { EventType } from "../../../../../local/host/durable/history/history-event.ts";
import type { HistoryEvent } from "../../../../../local/host/durable/history/history-event.ts";
import { historyView } from "../../../../../local/host/durable/history/history-view.ts";

const Timestamp = "2026-11-22T02:05:24.000Z";
const later = "2026-11-22T02:05:25.000Z";
const base = { EventId: -1, Timestamp };
const FailureDetails = null;

const HISTORY: readonly HistoryEvent[] = [
  { ...base, EventType: EventType.OrchestratorStarted },
  { ...base, EventType: EventType.TaskScheduled, EventId: 0, Name: "step", Version: "", Input: "[1]" },
  {
    ...base,
    EventType: EventType.SubOrchestrationInstanceCreated,
    EventId: 1,
    Name: "child",
    Version: "",
    InstanceId: "c",
    Input: null,
  },
  { ...base, EventType: EventType.TimerCreated, EventId: 2, FireAt: later },
  { ...base, EventType: EventType.TaskScheduled, EventId: 3, Name: "pending", Version: "", Input: null },
  { ...base, EventType: EventType.OrchestratorCompleted },
  {
    ...base,
    EventType: EventType.TaskFailed,
    Timestamp: later,
    TaskScheduledId: 0,
    Reason: "r",
    Details: "d",
    FailureDetails,
  },
  {
    ...base,
    EventType: EventType.SubOrchestrationInstanceCompleted,
    Timestamp: later,
    TaskScheduledId: 1,
    Result: "{}",
  },
  { ...base, EventType: EventType.TimerFired, TimerId: 2, FireAt: later },
  { ...base, EventType: EventType.EventRaised, Name: "go", Input: "plain" },
  {
    ...base,
    EventType: EventType.ExecutionCompleted,
    EventId: 4,
    OrchestrationStatus: 3,
    Result: "no JSON",
    FailureDetails,
  },
];

describe("historyView()", () => {
  it("merges what was scheduled into its completion and leaves the rest of the machinery out", () => {
    expect(historyView(HISTORY, { showsInput: true, showsOutput: true })).toEqual([
      { EventType: "TimerCreated", Timestamp, FireAt: later },
      { EventType: "TaskScheduled", Timestamp, Name: "pending", Input: null },
      {
        EventType: "TaskFailed",
        Timestamp: later,
        ScheduledTime: Timestamp,
        FunctionName: "step",
        Input: [1],
        Reason: "r",
        Details: "d",
        FailureDetails,
      },
      {
        EventType: "SubOrchestrationInstanceCompleted",
        Timestamp: later,
        ScheduledTime: Timestamp,
        FunctionName: "child",
        Input: null,
        Result: {},
      },
      { EventType: "TimerFired", Timestamp, FireAt: later },
      { EventType: "EventRaised", Timestamp, Name: "go", Input: "plain" },
      { EventType: "ExecutionCompleted", Timestamp, OrchestrationStatus: "Failed", Result: "no JSON", FailureDetails },
    ]);
  });

  it("hides inputs and results", () => {
    const views = historyView(HISTORY, { showsInput: false, showsOutput: false });
    expect(views.filter((view) => "Input" in view || "Result" in view)).toEqual([]);
  });

  it("leaves the history as it is", () => {
    const before = JSON.stringify(HISTORY);
    historyView(HISTORY, { showsInput: false, showsOutput: false });
    expect(JSON.stringify(HISTORY)).toBe(before);
  });
});
