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

/**
 * What one episode reads at most, the first message apart: records stay writable, and who takes one event of thousands
 * before it continues as new does not read the thousands each time.
 */
const MOST_MESSAGES = 1000;
const MOST_CHARACTERS = 16 * 1024 * 1024;

/** Undefined when there is nothing to read, or nothing yet that could be read: an execution begins with its start. */
export function beginEpisode(instance: Instance, now: number): Episode | undefined {
  const { executionId, history, inbox } = instance;
  const isOurs = (message: Delivered) => (message.executionId ?? executionId) === executionId;
  // It may stand behind events that the execution before has left over. There it stays until they are read, unheeded.
  const start = history.length === 0 ? inbox.find((message) => isStart(message) && isOurs(message)) : undefined;
  if (inbox.length === 0 || (history.length === 0 && !start)) return undefined;
  const messages = inbox.slice(0, countToRead(inbox));
  const others = messages.filter((message) => !isStart(message) && isOurs(message));
  const read = [...(start ? [start] : []), ...others];
  return {
    instance,
    executionId,
    messages,
    events: [orchestratorStarted(now), ...read.map(({ event }) => event)],
    history,
  };
}

function isStart({ event }: Delivered): boolean {
  return event.EventType === EventType.ExecutionStarted;
}

function countToRead(inbox: readonly Delivered[]): number {
  let characters = 0;
  for (const [index, { event }] of inbox.entries()) {
    characters += lengthOf(event);
    if (index > 0 && (index === MOST_MESSAGES || characters > MOST_CHARACTERS)) return index;
  }
  return inbox.length;
}

function lengthOf(event: HistoryEvent): number {
  if ("Input" in event) return event.Input?.length ?? 0;
  return "Result" in event ? (event.Result?.length ?? 0) : 0;
}

function orchestratorStarted(now: number): HistoryEvent {
  return { EventType: EventType.OrchestratorStarted, EventId: -1, Timestamp: new Date(now).toISOString() };
}
