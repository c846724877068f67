import { EventType } from "../../../../../../local/host/durable/history/history-event.ts";
import type {
  EventRaised,
  ExecutionStarted,
  HistoryEvent,
} from "../../../../../../local/host/durable/history/history-event.ts";
import type {
  ActivityCompleted,
  EntityBatchCompleted,
  Envelope,
  EpisodeCompleted,
  MessageSent,
  Outgoing,
} from "../../../../../../local/host/durable/journal/journal-record.ts";

const Timestamp = "2026-01-01T00:00:00.000Z";

export function startEvent(id: string, executionId: string, input: string | null = null): ExecutionStarted {
  return {
    EventType: EventType.ExecutionStarted,
    EventId: -1,
    Timestamp,
    Name: "Chain",
    Version: "1.0",
    Input: input,
    OrchestrationInstance: { InstanceId: id, ExecutionId: executionId },
    ParentInstance: null,
    Tags: null,
    ScheduledStartTime: null,
  };
}

export function raised(name: string, input: string | null = null): EventRaised {
  return { EventType: EventType.EventRaised, EventId: -1, Timestamp, Name: name, Input: input };
}

export function taskCompleted(taskId: number, result: string | null = null): HistoryEvent {
  return { EventType: EventType.TaskCompleted, EventId: -1, Timestamp, TaskScheduledId: taskId, Result: result };
}

export function timerFired(timerId: number): HistoryEvent {
  return { EventType: EventType.TimerFired, EventId: -1, Timestamp, TimerId: timerId, FireAt: Timestamp };
}

export function sent(message: Envelope, at = 1): MessageSent {
  return { type: "messageSent", at, message };
}

export function started(id: string, executionId = "x1", at = 1): MessageSent {
  return sent({ to: id, event: startEvent(id, executionId) }, at);
}

export function outgoing(some: Partial<Outgoing> = {}): Outgoing {
  return { activities: [], timers: [], messages: [], ...some };
}

export function episode(id: string, some: Partial<EpisodeCompleted> = {}): EpisodeCompleted {
  return {
    type: "episodeCompleted",
    at: 2,
    id,
    executionId: "x1",
    consumedThrough: 1,
    events: [startEvent(id, "x1")],
    status: "Running",
    outgoing: outgoing(),
    ...some,
  };
}

export function activityCompleted(id: string, taskId: number, executionId = "x1"): ActivityCompleted {
  return { type: "activityCompleted", at: 3, id, executionId, taskId, event: taskCompleted(taskId) };
}

export function batch(id: string, some: Partial<EntityBatchCompleted> = {}): EntityBatchCompleted {
  return {
    type: "entityBatchCompleted",
    at: 4,
    id,
    createdAt: 1,
    consumedThrough: 1,
    outcome: { exists: true, state: "1" },
    queue: [],
    lockedBy: null,
    messages: [],
    ...some,
  };
}
