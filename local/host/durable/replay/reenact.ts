/**
 * What has become of an orchestration, worked out from its history and from all that its function has ever asked for. The
 * SDK numbers its tasks while it replays; here the same actions are started against the same history, event by event, so
 * that both come to the same numbers. A function of its arguments: no clock, no chance, no I/O.
 */
import { EventType, type EventRaised, type HistoryEvent } from "../history/history-event.ts";
import type { DecisionLog } from "./decision-log.ts";
import type { Execution, Reenactment, ReplayRules } from "./decision.ts";
import { Ending } from "./ending.ts";
import { followActions } from "./follow-actions.ts";
import { isScheduledEvent, NonDeterminismError } from "./non-determinism.ts";
import { createReplay, type Replay } from "./replay.ts";
import { Suspension } from "./suspension.ts";
import { SUCCESS } from "./task.ts";

/** Takes time in proportion to the history and the actions. Throws nothing that an app can cause: that is a failed completion. */
export function reenact(execution: Execution, rules: ReplayRules): Reenactment {
  const replay = createReplay(execution, rules);
  const ending = new Ending(replay);
  const suspension = new Suspension(replay.log, (event) => {
    take(event, replay, ending);
  });
  try {
    for (const event of execution.history) {
      if (event.EventType === EventType.OrchestratorStarted) replay.beginEpisode(event.Timestamp);
      else suspension.pass(event);
    }
  } catch (error) {
    if (!(error instanceof NonDeterminismError)) throw error;
    ending.failAsNonDeterministic(error.message);
  }
  return {
    decisions: replay.log.pending,
    completion: ending.completion(suspension.isSuspended),
    isSuspended: suspension.isSuspended,
    nextId: replay.log.nextId,
    releasedAfterFailure: ending.releasedAfterFailure,
  };
}

function take(event: HistoryEvent, replay: Replay, ending: Ending): void {
  try {
    handle(event, replay, ending);
    replay.tasks.run();
  } catch (error) {
    if (error instanceof NonDeterminismError) throw error;
    ending.fail(error);
  }
}

function handle(event: HistoryEvent, replay: Replay, ending: Ending): void {
  if (isScheduledEvent(event)) replay.log.confirm(event);
  else if (event.EventType === EventType.ExecutionStarted)
    followActions(replay, () => {
      ending.reachEnd();
    });
  else if (event.EventType === EventType.ExecutionTerminated) ending.terminate(event.Input);
  else if (event.EventType === EventType.EventRaised) raise(event, replay, ending);
  else settle(event, replay.log);
}

/** An event after the orchestrator has continued as new belongs to the next execution. */
function raise(event: EventRaised, replay: Replay, ending: Ending): void {
  if (replay.continueAsNew === undefined) replay.externalEvents.raise(event.Name);
  else ending.carriedOver.push(event);
}

/** Results; the other events only enclose the episodes. */
function settle(event: HistoryEvent, log: DecisionLog): void {
  if (event.EventType === EventType.TimerFired) log.settle(event.TimerId, SUCCESS);
  else if (
    event.EventType === EventType.TaskCompleted ||
    event.EventType === EventType.SubOrchestrationInstanceCompleted
  )
    log.settle(event.TaskScheduledId, { succeeded: true, result: event.Result });
  else if (event.EventType === EventType.TaskFailed || event.EventType === EventType.SubOrchestrationInstanceFailed)
    log.settle(event.TaskScheduledId, { succeeded: false, result: null });
}
