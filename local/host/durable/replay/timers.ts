import { timeOf } from "./actions.ts";
import type { Action } from "./decision.ts";
import type { Replay } from "./replay.ts";
import { SUCCESS, type Task } from "./task.ts";

/** The orchestrator's own timer. A long one is made of pieces, each with a number of its own. */
export function createTimer(replay: Replay, action: Action): Task {
  const fireAt = timeOf(action, "fireAt");
  const { maximumShortTimerMs, longTimerIntervalMs } = replay.rules;
  const isLong = fireAt - replay.now > maximumShortTimerMs;
  if (action["isCanceled"] === true)
    return startCancelledTimer(replay, isLong ? replay.now + longTimerIntervalMs : fireAt);
  return isLong ? startLongTimer(replay, fireAt) : startTimer(replay, fireAt);
}

/** The last time that .NET knows; later ones come from a Retry-After or a back-off beyond reason. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** @param fireAt milliseconds since the epoch */
export function startTimer(replay: Replay, fireAt: number): Task {
  return replay.log.open((id) => ({ kind: "createTimer", id, fireAt: Math.min(fireAt, LATEST) }));
}

/** It is created nevertheless, for its number, but nobody waits for it and it does not keep the instance from ending. */
function startCancelledTimer(replay: Replay, fireAt: number): Task {
  replay.log.decide((id) => ({ kind: "createTimer", id, fireAt }));
  return replay.tasks.createSettled();
}

/** The SDK looks at its clock when a piece fires, as this does, and expects another piece until the time has come. */
function startLongTimer(replay: Replay, fireAt: number): Task {
  const whole = replay.tasks.create();
  const startPiece = (): void => {
    const leftMs = fireAt - replay.now;
    if (leftMs <= 0) whole.settle(SUCCESS);
    else startTimer(replay, replay.now + Math.min(leftMs, replay.rules.longTimerIntervalMs)).whenSettled(startPiece);
  };
  startPiece();
  return whole;
}
