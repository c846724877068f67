import { ActionType } from "./actions.ts";
import { any } from "./compound.ts";
import type { Action, OrchestratorAnswer } from "./decision.ts";
import type { Replay } from "./replay.ts";
import { startAction } from "./start-action.ts";
import type { Task } from "./task.ts";

/** Answers of version 1, the oldest: one list of actions for each `yield`. */
const SCHEMA_V1 = 0;

/**
 * Starts one action after the other, each when the one before is settled, and calls `onEnd` after the last. Throws, now or
 * when the tasks run, what makes an action impossible.
 */
export function followActions(replay: Replay, onEnd: () => void): void {
  const steps = stepsOf(replay.execution.answer);
  let position = 0;
  function advance(): void {
    for (let step = steps[position]; step !== undefined; step = steps[position]) {
      position += 1;
      const task = step(replay);
      if (task.isSettled) continue;
      task.whenSettled(advance);
      return;
    }
    onEnd();
  }
  advance();
}

type Step = (replay: Replay) => Task;

function stepsOf({ actions, schemaVersion }: OrchestratorAnswer): readonly Step[] {
  if (schemaVersion === SCHEMA_V1) return actions.map((set) => (replay) => startSet(replay, set));
  const [only] = actions;
  if (actions.length !== 1 || only === undefined)
    throw new Error(
      `Cannot read an answer of schema version ${schemaVersion}: it has ${actions.length} lists of actions, expected 1`,
    );
  return only.map((action) => (replay) => startAction(replay, action));
}

/** In version 1 Task.any and Task.all look alike: the set is left when the first settles, and the SDK asks again. */
function startSet(replay: Replay, set: readonly Action[]): Task {
  const started = set.map((action) => ({ action, task: startAction(replay, action) }));
  const awaited = started.filter(({ action }) => !FIRE_AND_FORGET.has(action.actionType)).map(({ task }) => task);
  return awaited.length === 0 ? replay.tasks.createSettled() : any(replay, awaited);
}

const FIRE_AND_FORGET: ReadonlySet<number> = new Set([
  ActionType.ContinueAsNew,
  ActionType.SignalEntity,
  ActionType.ScheduledSignalEntity,
  ActionType.ReleaseEntities,
]);
