import { SUCCESS, type Task, type TaskQueue } from "./task.ts";

/**
 * Events raised and events waited for, by name without regard to case. Of several who wait for one name the newest is served
 * first, so that those abandoned in an earlier Task.any do not take the event; events that come early are kept, first in,
 * first out. What they carry is the SDK's business: here it is enough to count them.
 */
export class ExternalEvents {
  readonly #tasks: TaskQueue;
  readonly #waiting = new Map<string, Task[]>();
  readonly #early = new Map<string, number>();

  constructor(tasks: TaskQueue) {
    this.#tasks = tasks;
  }

  waitFor(name: string): Task {
    const key = name.toLowerCase();
    const early = this.#early.get(key) ?? 0;
    if (early > 0) {
      this.#early.set(key, early - 1);
      return this.#tasks.createSettled();
    }
    const task = this.#tasks.create();
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) this.#waiting.set(key, [task]);
    else waiting.push(task);
    return task;
  }

  raise(name: string): void {
    const key = name.toLowerCase();
    const newest = this.#waiting.get(key)?.pop();
    if (newest !== undefined) newest.settle(SUCCESS);
    else this.#early.set(key, (this.#early.get(key) ?? 0) + 1);
  }
}
