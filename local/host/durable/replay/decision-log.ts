import type { Decision } from "./decision.ts";
import { expectSame, type ScheduledEvent } from "./non-determinism.ts";
import type { Outcome, Task, TaskQueue } from "./task.ts";

/**
 * Numbers what the orchestrator asks for, in the order in which it asks. A decision is pending until the history says that
 * it has been carried out; what is pending at the end of the history is new. A task is open until its result has come, and
 * while one is open the instance cannot end.
 */
export class DecisionLog {
  readonly #tasks: TaskQueue;
  readonly #open = new Map<number, Task>();
  #pending = new Map<number, Decision>();
  #setAside = new Map<number, Decision>();
  #nextId = 0;

  constructor(tasks: TaskQueue) {
    this.#tasks = tasks;
  }

  get nextId(): number {
    return this.#nextId;
  }

  get hasOpenTasks(): boolean {
    return this.#open.size > 0;
  }

  /** In the order of their numbers. */
  get pending(): readonly Decision[] {
    return [...this.#pending.values()];
  }

  isPending(id: number): boolean {
    return this.#pending.has(id);
  }

  /** Returns the number it got. */
  decide(build: (id: number) => Decision): number {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#pending.set(id, build(id));
    return id;
  }

  /** Decides on something that has a result, and returns the task that waits for it. */
  open(build: (id: number) => Decision): Task {
    const task = this.#tasks.create();
    this.#open.set(this.decide(build), task);
    return task;
  }

  /** Ignores results nobody waits for: of a cancelled timer, or brought twice. */
  settle(id: number, outcome: Outcome): void {
    const task = this.#open.get(id);
    this.#open.delete(id);
    task?.settle(outcome);
  }

  /** Takes the decision off that an event shows as carried out. Throws a `NonDeterminismError` when it is another one. */
  confirm(event: ScheduledEvent): void {
    expectSame(event, this.#pending.get(event.EventId));
    this.#pending.delete(event.EventId);
  }

  /** A suspended instance carries nothing out. */
  setAside(): void {
    this.#setAside = new Map([...this.#setAside, ...this.#pending]);
    this.#pending = new Map();
  }

  putBack(): void {
    this.#pending = new Map([...this.#setAside, ...this.#pending]);
    this.#setAside = new Map();
  }

  /** Forgets what is pending: not to be carried out. */
  discard(): void {
    this.#pending.clear();
  }
}
