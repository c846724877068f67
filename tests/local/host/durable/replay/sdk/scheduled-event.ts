import { EventType, type HistoryEvent } from "../../../../../../local/host/durable/history/history-event.ts";
import type { Decision } from "../../../../../../local/host/durable/replay/decision.ts";

/** An event of a history that has no number and no time yet. */
export type Unsent = HistoryEvent extends infer E
  ? E extends HistoryEvent
    ? Omit<E, "EventId" | "Timestamp">
    : never
  : never;

/** What a history says of a decision from then on. */
export function scheduled(decision: Decision): Unsent {
  switch (decision.kind) {
    case "scheduleTask":
      return { EventType: EventType.TaskScheduled, Name: decision.name, Version: "", Input: null };
    case "createTimer":
      return { EventType: EventType.TimerCreated, FireAt: new Date(decision.fireAt).toISOString() };
    case "createSubOrchestration": {
      const { name: Name, instanceId: InstanceId } = decision;
      return { EventType: EventType.SubOrchestrationInstanceCreated, Name, Version: "", InstanceId, Input: null };
    }
    case "sendEvent":
      return { EventType: EventType.EventSent, InstanceId: decision.to, Name: decision.name, Input: decision.input };
  }
}
