/** Builders of histories and answers for the tests of `reenact()`. */
import { EventType, type HistoryEvent } from "../../../../../local/host/durable/history/history-event.ts";
import type {
  Action,
  Execution,
  OrchestratorAnswer,
  Reenactment,
  ReplayRules,
} from "../../../../../local/host/durable/replay/decision.ts";
import { reenact } from "../../../../../local/host/durable/replay/reenact.ts";

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;

const RULES: ReplayRules = {
  maximumShortTimerMs: 6 * DAY_MS,
  longTimerIntervalMs: 3 * DAY_MS,
  defaultHttpSleepMs: 30_000,
  functionNames: (kind) => ({ orchestrator: ["Child"], activity: ["Work", "Rest"], entity: ["Counter"] })[kind],
};

/** The time of the first episode. Each further one is an hour later, unless it says when it is. */
export const START = Date.UTC(2026, 0, 1);

type Unsent = HistoryEvent extends infer E
  ? E extends HistoryEvent
    ? Omit<E, "EventId" | "Timestamp">
    : never
  : never;
export type Unstamped = Unsent & { readonly EventId?: number };
export type Episode = readonly Unstamped[] | { readonly at: number; readonly events: readonly Unstamped[] };

interface Case {
  readonly actions?: readonly Action[];
  /** After the first episode's ExecutionStarted. */
  readonly episodes?: readonly Episode[];
  readonly answer?: Partial<OrchestratorAnswer>;
  readonly execution?: Partial<Execution>;
}

/** Re-enacts what an orchestrator with these actions makes of these episodes. */
export function reenacted({ actions = [], episodes = [[]], answer = {}, execution = {} }: Case): Reenactment {
  return reenact(
    {
      instanceId: "instance",
      executionId: "execution",
      parentInstanceId: undefined,
      history: historyOf(episodes),
      answer: { isDone: false, actions: [actions], schemaVersion: 3, ...answer },
      ...execution,
    },
    RULES,
  );
}

function historyOf(episodes: readonly Episode[]): readonly HistoryEvent[] {
  return episodes.flatMap((episode, index) => {
    const { at, events } = "events" in episode ? episode : { at: START + index * HOUR_MS, events: episode };
    const all = [
      { EventType: EventType.OrchestratorStarted },
      ...(index === 0 ? [executionStarted] : []),
      ...events,
      { EventType: EventType.OrchestratorCompleted },
    ];
    return all.map((event) => ({ EventId: -1, Timestamp: new Date(at).toISOString(), ...event }));
  });
}

const executionStarted: Unstamped = {
  EventType: EventType.ExecutionStarted,
  Name: "Parent",
  Version: "",
  Input: null,
  OrchestrationInstance: { InstanceId: "instance", ExecutionId: "execution" },
  ParentInstance: null,
  Tags: null,
  ScheduledStartTime: null,
};

export const scheduled = (EventId: number, Name = "Work"): Unstamped => ({
  EventType: EventType.TaskScheduled,
  EventId,
  Name,
  Version: "",
  Input: null,
});
export const completed = (TaskScheduledId: number, Result: string | null = null): Unstamped => ({
  EventType: EventType.TaskCompleted,
  TaskScheduledId,
  Result,
});
export const failed = (TaskScheduledId: number): Unstamped => ({
  EventType: EventType.TaskFailed,
  TaskScheduledId,
  Reason: "reason",
  Details: "details",
  FailureDetails: null,
});
export const childCreated = (EventId: number, InstanceId = `execution:${EventId}`): Unstamped => ({
  EventType: EventType.SubOrchestrationInstanceCreated,
  EventId,
  Name: "Child",
  Version: "",
  InstanceId,
  Input: null,
});
export const childCompleted = (TaskScheduledId: number): Unstamped => ({
  EventType: EventType.SubOrchestrationInstanceCompleted,
  TaskScheduledId,
  Result: null,
});
export const childFailed = (TaskScheduledId: number): Unstamped => ({
  EventType: EventType.SubOrchestrationInstanceFailed,
  TaskScheduledId,
  Reason: "reason",
  Details: "details",
  FailureDetails: null,
});
export const timerCreated = (EventId: number): Unstamped => ({
  EventType: EventType.TimerCreated,
  EventId,
  FireAt: "",
});
export const timerFired = (TimerId: number): Unstamped => ({ EventType: EventType.TimerFired, TimerId, FireAt: "" });
export const sent = (EventId: number, Name = "op"): Unstamped => ({
  EventType: EventType.EventSent,
  EventId,
  InstanceId: "@counter@one",
  Name,
  Input: null,
});
export const raised = (Name: string): Unstamped => ({ EventType: EventType.EventRaised, Name, Input: null });
export const terminated: Unstamped = { EventType: EventType.ExecutionTerminated, Input: "enough" };
export const suspended: Unstamped = { EventType: EventType.ExecutionSuspended, Reason: null };
export const resumed: Unstamped = { EventType: EventType.ExecutionResumed, Reason: null };

export const activity = (functionName = "Work", input?: unknown): Action => ({ actionType: 0, functionName, input });
export const timerAt = (fireAt: number, isCanceled = false): Action => ({
  actionType: 5,
  fireAt: new Date(fireAt).toISOString(),
  isCanceled,
});
export const waitFor = (externalEventName: string): Action => ({ actionType: 6, externalEventName });
export const signal: Action = { actionType: 9, instanceId: "@Counter@one", operation: "add", input: 1 };
export const anyOf = (...compoundActions: readonly Action[]): Action => ({ actionType: 11, compoundActions });
export const allOf = (...compoundActions: readonly Action[]): Action => ({ actionType: 12, compoundActions });

/** The numbers and kinds of the new decisions. */
export function kindsOf({ decisions }: Reenactment): readonly string[] {
  return decisions.map(({ id, kind }) => `${id} ${kind}`);
}
