import { EventType } from "../history/history-event.ts";
import type { HistoryEvent } from "../history/history-event.ts";

/** Whether the child of that id is rewound itself. One that is not is asked for again: a start does nothing where it runs. */
export type IsRewoundToo = (childId: string) => boolean;

/**
 * The history of a failed orchestration without its failures and its end, and without what has no result: an orchestration
 * whose code is gone or has changed fails in the middle of its work, and nobody waits for that any more. So replay asks for
 * all of it again. Timers made in answer to a failure (the wait before
 * a retry) go too, or the replayed orchestrator, which sees no failure, would not ask for them and be non-deterministic.
 */
export function rewindHistory(history: readonly HistoryEvent[], isRewoundToo: IsRewoundToo): readonly HistoryEvent[] {
  const done = new Set(history.filter(isSuccess).map(taskOf));
  for (const timer of timersAfterFailures(history)) done.delete(timer);
  return history.filter((event) => {
    if (isFailure(event) || event.EventType === EventType.ExecutionCompleted) return false;
    if (isSuccess(event)) return done.has(taskOf(event));
    if (event.EventType === EventType.TaskScheduled || event.EventType === EventType.TimerCreated)
      return done.has(event.EventId);
    if (event.EventType === EventType.SubOrchestrationInstanceCreated)
      return done.has(event.EventId) || isRewoundToo(event.InstanceId);
    return true;
  });
}

/** The ids of the children whose failure is in this history. */
export function failedChildren(history: readonly HistoryEvent[]): readonly string[] {
  const failed = new Set(history.filter(isFailure).map(({ TaskScheduledId }) => TaskScheduledId));
  return history.flatMap((event) =>
    event.EventType === EventType.SubOrchestrationInstanceCreated && failed.has(event.EventId)
      ? [event.InstanceId]
      : [],
  );
}

type FailureEvent = Extract<HistoryEvent, { TaskScheduledId: number; Reason: string }>;

function isFailure(event: HistoryEvent): event is FailureEvent {
  return event.EventType === EventType.TaskFailed || event.EventType === EventType.SubOrchestrationInstanceFailed;
}

type SuccessEvent = Extract<HistoryEvent, { TaskScheduledId: number; Result: unknown } | { TimerId: number }>;

function isSuccess(event: HistoryEvent): event is SuccessEvent {
  return "TimerId" in event || ("TaskScheduledId" in event && "Result" in event);
}

function taskOf(event: SuccessEvent): number {
  return "TimerId" in event ? event.TimerId : event.TaskScheduledId;
}

function timersAfterFailures(history: readonly HistoryEvent[]): ReadonlySet<number> {
  const timers = new Set<number>();
  let hasFailure = false;
  for (const event of history) {
    if (event.EventType === EventType.OrchestratorStarted) hasFailure = false;
    else if (isFailure(event)) hasFailure = true;
    else if (event.EventType === EventType.TimerCreated && hasFailure) timers.add(event.EventId);
  }
  return timers;
}
