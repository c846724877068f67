import type { DurableOptions } from "../durable-options.ts";
import { EventType } from "../history/history-event.ts";
import type { HistoryEvent } from "../history/history-event.ts";
import type { Envelope, Outgoing } from "../journal/journal-record.ts";
import { newId } from "../new-id.ts";
import type { Decision } from "../replay/decision.ts";
import type { ActivityWork, Instance, TimerWork } from "../state/instance.ts";

/** What a decision becomes: the event that records it, and what it sets going. */
interface CarriedOut {
  readonly event: HistoryEvent;
  readonly activity?: ActivityWork;
  readonly timer?: TimerWork;
  readonly message?: Envelope;
}

export interface DecisionFacts {
  readonly instance: Instance;
  readonly options: DurableOptions;
  /** ISO time. */
  readonly timestamp: string;
}

/** Turns what an orchestrator wants into events of its history and work for others, in the order of the numbers. */
export function carryOut(
  decisions: readonly Decision[],
  facts: DecisionFacts,
): { readonly events: readonly HistoryEvent[]; readonly outgoing: Outgoing } {
  const done = decisions.map((decision) => carryOutOne(decision, facts));
  return {
    events: done.map(({ event }) => event),
    outgoing: {
      activities: done.flatMap(({ activity }) => activity ?? []),
      timers: done.flatMap(({ timer }) => timer ?? []),
      messages: done.flatMap(({ message }) => message ?? []),
    },
  };
}

/** JSON text; null for what JSON leaves out. */
export function jsonText(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}

function carryOutOne(decision: Decision, facts: DecisionFacts): CarriedOut {
  switch (decision.kind) {
    case "scheduleTask":
      return scheduleTask(decision, facts);
    case "createTimer":
      return createTimer(decision, facts);
    case "createSubOrchestration":
      return startChild(decision, facts);
    case "sendEvent":
      return sendEvent(decision, facts);
  }
}

type Kind<K extends Decision["kind"]> = Extract<Decision, { readonly kind: K }>;

function scheduleTask({ id, name, input }: Kind<"scheduleTask">, { options, timestamp }: DecisionFacts): CarriedOut {
  const stored = options.storesInputs ? JSON.stringify([input ?? null]) : null;
  return {
    event: {
      EventType: EventType.TaskScheduled,
      EventId: id,
      Timestamp: timestamp,
      Name: name,
      Version: "",
      Input: stored,
    },
    activity: { taskId: id, name, input: jsonText(input) },
  };
}

function createTimer({ id, fireAt }: Kind<"createTimer">, { instance, timestamp }: DecisionFacts): CarriedOut {
  const FireAt = new Date(fireAt).toISOString();
  const fired = { EventType: EventType.TimerFired, EventId: -1, Timestamp: FireAt, TimerId: id, FireAt } as const;
  return {
    event: { EventType: EventType.TimerCreated, EventId: id, Timestamp: timestamp, FireAt },
    timer: { id, fireAt, message: { executionId: instance.executionId, event: fired } },
  };
}

function startChild(decision: Kind<"createSubOrchestration">, facts: DecisionFacts): CarriedOut {
  const { instance, options, timestamp } = facts;
  const { id, name, instanceId } = decision;
  const version = decision.version ?? options.defaultVersion;
  const input = jsonText(decision.input);
  const common = { Timestamp: timestamp, Name: name, Version: version } as const;
  const stored = options.storesInputs ? input : null;
  const { SubOrchestrationInstanceCreated, ExecutionStarted } = EventType;
  return {
    event: {
      EventType: SubOrchestrationInstanceCreated,
      EventId: id,
      ...common,
      InstanceId: instanceId,
      Input: stored,
    },
    message: {
      to: instanceId,
      event: {
        EventType: ExecutionStarted,
        EventId: -1,
        ...common,
        Input: input,
        OrchestrationInstance: { InstanceId: instanceId, ExecutionId: newId() },
        ParentInstance: {
          Name: instance.name,
          Version: instance.version,
          TaskScheduleId: id,
          OrchestrationInstance: { InstanceId: instance.id, ExecutionId: instance.executionId },
        },
        Tags: null,
        ScheduledStartTime: null,
      },
    },
  };
}

function sendEvent({ id, to, name, input, dueAt }: Kind<"sendEvent">, { timestamp }: DecisionFacts): CarriedOut {
  return {
    event: {
      EventType: EventType.EventSent,
      EventId: id,
      Timestamp: timestamp,
      InstanceId: to,
      Name: name,
      Input: input,
    },
    message: {
      to,
      ...(dueAt === undefined ? {} : { dueAt }),
      event: { EventType: EventType.EventRaised, EventId: -1, Timestamp: timestamp, Name: name, Input: input },
    },
  };
}
