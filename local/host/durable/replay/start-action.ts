import { ActionType, childrenOf, textOf } from "./actions.ts";
import { callActivity, callActivityWithRetry } from "./activities.ts";
import { callHttp } from "./call-http.ts";
import { all, any } from "./compound.ts";
import type { Action } from "./decision.ts";
import { callEntity, signalEntity, signalEntityLater } from "./entities.ts";
import { lockEntities, releaseEntities } from "./locks.ts";
import type { Replay, StartAction } from "./replay.ts";
import { callSubOrchestrator, callSubOrchestratorWithRetry } from "./sub-orchestrations.ts";
import type { Task } from "./task.ts";
import { createTimer } from "./timers.ts";

const STARTERS: ReadonlyMap<number, StartAction> = new Map<number, StartAction>([
  [ActionType.CallActivity, callActivity],
  [ActionType.CallActivityWithRetry, callActivityWithRetry],
  [ActionType.CallSubOrchestrator, callSubOrchestrator],
  [ActionType.CallSubOrchestratorWithRetry, callSubOrchestratorWithRetry],
  [ActionType.ContinueAsNew, continueAsNew],
  [ActionType.CreateTimer, createTimer],
  [ActionType.WaitForExternalEvent, waitForExternalEvent],
  [ActionType.CallEntity, callEntity],
  [ActionType.CallHttp, callHttp],
  [ActionType.SignalEntity, signalEntity],
  [ActionType.ScheduledSignalEntity, signalEntityLater],
  [ActionType.WhenAny, (replay, action) => any(replay, startChildren(replay, action))],
  [ActionType.WhenAll, (replay, action) => all(replay, startChildren(replay, action))],
  [ActionType.LockEntities, lockEntities],
  [ActionType.ReleaseEntities, releaseEntities],
]);

/** Throws when the action cannot be carried out; that fails the orchestration. */
export function startAction(replay: Replay, action: Action): Task {
  const start = STARTERS.get(action.actionType);
  if (start === undefined) throw new Error(`Cannot carry out an action of the unknown type ${action.actionType}`);
  return start(replay, action);
}

/** Only nesting recurses, as it does in the SDK. */
function startChildren(replay: Replay, action: Action): readonly Task[] {
  return childrenOf(action).map((child) => startAction(replay, child));
}

function waitForExternalEvent(replay: Replay, action: Action): Task {
  return replay.externalEvents.waitFor(textOf(action, "externalEventName"));
}

/** From now on, events that arrive are for the next execution. */
function continueAsNew(replay: Replay, action: Action): Task {
  replay.continueAsNew = { input: action["input"] };
  return replay.tasks.createSettled();
}
