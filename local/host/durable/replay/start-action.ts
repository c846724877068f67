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
  [ActionType.LockEntities, lockEntities],
  [ActionType.ReleaseEntities, releaseEntities],
]);

const COMBINERS: ReadonlyMap<number, Combine> = new Map([
  [ActionType.WhenAny, any],
  [ActionType.WhenAll, all],
]);

type Combine = (replay: Replay, tasks: readonly Task[]) => Task;

/** A Task.any or Task.all whose children are being started. */
interface Compound {
  readonly combine: Combine;
  readonly children: readonly Action[];
  readonly started: Task[];
}

/**
 * Starts an action; the children of a Task.any or Task.all from left to right, the nested where they stand. Throws when one
 * cannot be carried out; that fails the orchestration.
 */
export function startAction(replay: Replay, action: Action): Task {
  const combine = COMBINERS.get(action.actionType);
  return combine === undefined ? startSingle(replay, action) : startCompound(replay, begin(action, combine));
}

/** Without recursion, so that nesting has no limit. */
function startCompound(replay: Replay, outermost: Compound): Task {
  const outer: Compound[] = [];
  let compound = outermost;
  for (;;) {
    const next = compound.children[compound.started.length];
    const combine = next && COMBINERS.get(next.actionType);
    if (next === undefined) {
      const task = compound.combine(replay, compound.started);
      const parent = outer.pop();
      if (parent === undefined) return task;
      parent.started.push(task);
      compound = parent;
    } else if (combine === undefined) compound.started.push(startSingle(replay, next));
    else {
      outer.push(compound);
      compound = begin(next, combine);
    }
  }
}

function begin(action: Action, combine: Combine): Compound {
  return { combine, children: childrenOf(action), started: [] };
}

function startSingle(replay: Replay, action: Action): Task {
  const start = STARTERS.get(action.actionType);
  if (start === undefined) throw new Error(`Cannot carry out an action of the unknown type ${action.actionType}`);
  return start(replay, action);
}

function waitForExternalEvent(replay: Replay, action: Action): Task {
  return replay.externalEvents.waitFor(textOf(action, "externalEventName"));
}

/** From now on, events that arrive are for the next execution. */
function continueAsNew(replay: Replay, action: Action): Task {
  replay.continueAsNew = { input: action["input"] };
  return replay.tasks.createSettled();
}
