import type { Replay } from "./replay.ts";
import { SUCCESS, type Task } from "./task.ts";

/** Task.any: settles with the first. Throws when there is none. */
export function any(replay: Replay, tasks: readonly Task[]): Task {
  if (tasks.length === 0) throw new Error("Cannot wait for any of no tasks: Task.any needs at least one");
  const whole = replay.tasks.create();
  for (const task of tasks)
    task.whenSettled(() => {
      whole.settle(SUCCESS);
    });
  return whole;
}

/**
 * Task.all: settles when all have, also when one has failed. The SDK goes on at the first failure: as long as the others only
 * complete, nothing comes of it, but retries and timers that start in between get numbers that the SDK gives to other tasks.
 * So it is on Azure.
 */
export function all(replay: Replay, tasks: readonly Task[]): Task {
  const whole = replay.tasks.create();
  let left = tasks.length;
  if (left === 0) whole.settle(SUCCESS);
  for (const task of tasks) {
    task.whenSettled(() => {
      left -= 1;
      if (left === 0) whole.settle(SUCCESS);
    });
  }
  return whole;
}
