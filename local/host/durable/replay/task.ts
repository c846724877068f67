/** How a task has ended. `result` is the JSON text it has brought, if any. */
export interface Outcome {
  readonly succeeded: boolean;
  readonly result: string | null;
}

export const SUCCESS: Outcome = { succeeded: true, result: null };

type Listener = (outcome: Outcome) => void;

/** Something that settles once. Whoever waits for it is called by the queue, not from inside `settle()`. */
export class Task {
  readonly #queue: TaskQueue;
  readonly #listeners: Listener[] = [];
  #outcome: Outcome | undefined;

  constructor(queue: TaskQueue) {
    this.#queue = queue;
  }

  get isSettled(): boolean {
    return this.#outcome !== undefined;
  }

  /** The first outcome stays. */
  settle(outcome: Outcome): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    for (const listener of this.#listeners)
      this.#queue.add(() => {
        listener(outcome);
      });
    this.#listeners.length = 0;
  }

  whenSettled(listener: Listener): void {
    const outcome = this.#outcome;
    if (outcome === undefined) this.#listeners.push(listener);
    else
      this.#queue.add(() => {
        listener(outcome);
      });
  }
}

/**
 * Calls those who wait for tasks, one after the other: however long the chain of tasks that settle one another, the stack
 * stays flat.
 */
export class TaskQueue {
  #calls: (() => void)[] = [];

  create(): Task {
    return new Task(this);
  }

  createSettled(): Task {
    const task = new Task(this);
    task.settle(SUCCESS);
    return task;
  }

  add(call: () => void): void {
    this.#calls.push(call);
  }

  /** Until nobody is left to call. What a call throws ends the orchestration, so the others are forgotten. */
  run(): void {
    try {
      for (const call of this.#calls) call(); // Iteration sees what is added meanwhile.
    } finally {
      this.#calls = [];
    }
  }
}
