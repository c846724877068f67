import { EventType } from "../history/history-event.ts";
import type { HistoryEvent } from "../history/history-event.ts";

/** Whether the child of that id is rewound itself. One that is not (it is gone, say) is started anew. */
export type IsRewoundToo = (childId: string) => boolean;

/**
 * The history of a failed orchestration without its failures, so that replay asks for the failed tasks again: without
 * failed activities, failed sub-orchestrations' answers, and the end. Timers made in answer to a failure (the wait before
 * a retry) go too, or the replayed orchestrator, which sees no failure, would not ask for them and be non-deterministic.
 */
export function rewindHistory(history: readonly HistoryEvent[], isRewoundToo: IsRewoundToo): readonly HistoryEvent[] {
  const failed = new Set(history.filter(isFailure).map(({ TaskScheduledId }) => TaskScheduledId));
  const timers = timersAfterFailures(history);
  return history.filter((event) => {
    if (isFailure(event) || event.EventType === EventType.ExecutionCompleted) return false;
    if (event.EventType === EventType.TaskScheduled) return !failed.has(event.EventId);
    if (event.EventType === EventType.SubOrchestrationInstanceCreated)
      return !failed.has(event.EventId) || isRewoundToo(event.InstanceId);
    if (event.EventType === EventType.TimerCreated) return !timers.has(event.EventId);
    return event.EventType !== EventType.TimerFired || !timers.has(event.TimerId);
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
