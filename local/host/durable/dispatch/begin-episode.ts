import { EventType } from "../history/history-event.ts";
import type { HistoryEvent } from "../history/history-event.ts";
import type { Delivered, Instance } from "../state/instance.ts";

/** One run of an orchestrator over all that is waiting for it; as it was when the run began. */
export interface Episode {
  readonly instance: Instance;
  readonly executionId: string;
  readonly messages: readonly Delivered[];
  /** From OrchestratorStarted on, the start of the execution first, then in the order of arrival. */
  readonly events: readonly HistoryEvent[];
  /** The earlier episodes' events; the state's own list, to which nothing is added before this episode is. */
  readonly history: readonly HistoryEvent[];
}

/** Undefined when there is nothing to read, or nothing yet that could be read: an execution begins with its start. */
export function beginEpisode(instance: Instance, now: number): Episode | undefined {
  const { executionId, history } = instance;
  const messages = instance.inbox.filter((message) => (message.executionId ?? executionId) === executionId);
  const starts = messages.filter(({ event }) => event.EventType === EventType.ExecutionStarted);
  const isBegun = history.length > 0;
  if (instance.inbox.length === 0 || (!isBegun && starts.length === 0)) return undefined;
  const others = messages.filter(({ event }) => event.EventType !== EventType.ExecutionStarted);
  const read = [...(isBegun ? [] : starts.slice(0, 1)), ...others];
  return {
    instance,
    executionId,
    messages: [...instance.inbox],
    events: [orchestratorStarted(now), ...read.map(({ event }) => event)],
    history,
  };
}

function orchestratorStarted(now: number): HistoryEvent {
  return { EventType: EventType.OrchestratorStarted, EventId: -1, Timestamp: new Date(now).toISOString() };
}
