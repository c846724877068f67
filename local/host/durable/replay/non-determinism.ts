import { EventType, type HistoryEvent } from "../history/history-event.ts";
import type { Decision } from "./decision.ts";

/** The orchestrator did not ask for what it had asked for earlier in the same place. Fails the execution at once. */
export class NonDeterminismError extends Error {
  override readonly name = "NonDeterminismError";
}

/** An event that says that a decision has been carried out. */
export type ScheduledEvent = Extract<HistoryEvent, { readonly EventType: (typeof SCHEDULED)[Decision["kind"]] }>;

const SCHEDULED = {
  scheduleTask: EventType.TaskScheduled,
  createTimer: EventType.TimerCreated,
  createSubOrchestration: EventType.SubOrchestrationInstanceCreated,
  sendEvent: EventType.EventSent,
} as const;

const KIND = {
  [EventType.TaskScheduled]: "an activity",
  [EventType.TimerCreated]: "a timer",
  [EventType.SubOrchestrationInstanceCreated]: "a sub-orchestration",
  [EventType.EventSent]: "a message to an entity",
};

export function isScheduledEvent(event: HistoryEvent): event is ScheduledEvent {
  return event.EventType in KIND;
}

/** Throws a `NonDeterminismError` unless the decision made under the event's number is the event's: its kind and its name. */
export function expectSame(event: ScheduledEvent, decision: Decision | undefined): void {
  if (decision === undefined) throw differs(event, "hasn't (yet?) scheduled this task");
  if (SCHEDULED[decision.kind] === event.EventType && isSameName(nameOf(decision), nameOf(event))) return;
  throw differs(event, `instead scheduled ${KIND[SCHEDULED[decision.kind]]}${quoted(nameOf(decision))}`);
}

function isSameName(one: string | undefined, other: string | undefined): boolean {
  return one?.toLowerCase() === other?.toLowerCase();
}

function nameOf(named: ScheduledEvent | Decision): string | undefined {
  if ("Name" in named) return named.Name;
  return "name" in named ? named.name : undefined;
}

/** In the words of the Durable Task framework, which people search for. */
function differs(event: ScheduledEvent, instead: string): NonDeterminismError {
  return new NonDeterminismError(
    `Non-Deterministic workflow detected: A previous execution of this orchestration scheduled ${KIND[event.EventType]} with ` +
      `sequence ID ${event.EventId}${quoted(nameOf(event))}, but the current replay execution ${instead}. ` +
      "Was a change made to the orchestrator code after this instance had already started running?",
  );
}

function quoted(name: string | undefined): string {
  return name === undefined ? "" : ` and name '${name}'`;
}
