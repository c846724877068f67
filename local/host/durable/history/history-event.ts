/**
 * The events of an orchestration's history, as the Durable extension stores them and hands them to the SDK. Strings named
 * Input and Result hold JSON text. `IsPlayed` is not stored: it is added when a history is handed out.
 * Source: the Durable Task framework's HistoryEvent classes and EventType enumeration.
 */
export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventSent: 14,
  EventRaised: 15,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
} as const;

interface EventBase {
  /** The task's number for the events that schedule something, else -1. */
  readonly EventId: number;
  /** ISO 8601, UTC. */
  readonly Timestamp: string;
}

interface InstanceRef {
  readonly InstanceId: string;
  readonly ExecutionId: string;
}

/** Who started a sub-orchestration, and under which of its task numbers. */
export interface ParentInstance {
  readonly Name: string;
  readonly Version: string;
  readonly TaskScheduleId: number;
  readonly OrchestrationInstance: InstanceRef;
}

/** What an exception looks like when the app describes its properties. */
export interface FailureDetails {
  readonly ErrorType: string;
  readonly ErrorMessage: string;
  readonly StackTrace: string | null;
  readonly IsNonRetriable: boolean;
  readonly Properties: Readonly<Record<string, unknown>> | null;
  readonly InnerFailure: FailureDetails | null;
}

interface Failure {
  readonly TaskScheduledId: number;
  /** Both must be text, or the SDK refuses the event. */
  readonly Reason: string;
  readonly Details: string;
  readonly FailureDetails: FailureDetails | null;
}

interface Success {
  readonly TaskScheduledId: number;
  readonly Result: string | null;
}

export interface ExecutionStarted extends EventBase {
  readonly EventType: typeof EventType.ExecutionStarted;
  readonly Name: string;
  readonly Version: string;
  readonly Input: string | null;
  readonly OrchestrationInstance: InstanceRef;
  readonly ParentInstance: ParentInstance | null;
  readonly Tags: null;
  readonly ScheduledStartTime: null;
}

interface ExecutionCompleted extends EventBase {
  readonly EventType: typeof EventType.ExecutionCompleted;
  readonly OrchestrationStatus: number;
  readonly Result: string | null;
  readonly FailureDetails: FailureDetails | null;
}

interface TaskScheduled extends EventBase {
  readonly EventType: typeof EventType.TaskScheduled;
  readonly Name: string;
  readonly Version: string;
  readonly Input: string | null;
}

interface SubOrchestrationInstanceCreated extends EventBase {
  readonly EventType: typeof EventType.SubOrchestrationInstanceCreated;
  readonly Name: string;
  readonly Version: string;
  readonly InstanceId: string;
  readonly Input: string | null;
}

interface TimerCreated extends EventBase {
  readonly EventType: typeof EventType.TimerCreated;
  readonly FireAt: string;
}

interface TimerFired extends EventBase {
  readonly EventType: typeof EventType.TimerFired;
  readonly TimerId: number;
  readonly FireAt: string;
}

interface EventSent extends EventBase {
  readonly EventType: typeof EventType.EventSent;
  readonly InstanceId: string;
  readonly Name: string;
  readonly Input: string | null;
}

export interface EventRaised extends EventBase {
  readonly EventType: typeof EventType.EventRaised;
  readonly Name: string;
  readonly Input: string | null;
}

type TaskCompleted = EventBase & Success & { readonly EventType: typeof EventType.TaskCompleted };
type TaskFailed = EventBase & Failure & { readonly EventType: typeof EventType.TaskFailed };
type SubOrchestrationInstanceCompleted = EventBase &
  Success & { readonly EventType: typeof EventType.SubOrchestrationInstanceCompleted };
type SubOrchestrationInstanceFailed = EventBase &
  Failure & { readonly EventType: typeof EventType.SubOrchestrationInstanceFailed };
type ExecutionTerminated = EventBase & {
  readonly EventType: typeof EventType.ExecutionTerminated;
  readonly Input: string | null;
};
type ExecutionSuspended = EventBase & {
  readonly EventType: typeof EventType.ExecutionSuspended;
  readonly Reason: string | null;
};
type ExecutionResumed = EventBase & {
  readonly EventType: typeof EventType.ExecutionResumed;
  readonly Reason: string | null;
};
type OrchestratorStarted = EventBase & { readonly EventType: typeof EventType.OrchestratorStarted };
type OrchestratorCompleted = EventBase & { readonly EventType: typeof EventType.OrchestratorCompleted };

export type HistoryEvent =
  | ExecutionStarted
  | ExecutionCompleted
  | ExecutionTerminated
  | TaskScheduled
  | TaskCompleted
  | TaskFailed
  | SubOrchestrationInstanceCreated
  | SubOrchestrationInstanceCompleted
  | SubOrchestrationInstanceFailed
  | TimerCreated
  | TimerFired
  | OrchestratorStarted
  | OrchestratorCompleted
  | EventSent
  | EventRaised
  | ExecutionSuspended
  | ExecutionResumed;
