import type { Random } from "./random.ts";

/** One life of a process: what it started ends with it. A restart is another life under the same name. */
export interface Life {
  readonly name: string;
  readonly number: number;
  alive: boolean;
  /** Until then nothing of it moves, as if its machine stood still. */
  pausedUntil: number;
}

export interface Task {
  readonly at: number;
  readonly order: number;
  /** Nothing for what belongs to the world itself, such as a request on its way. */
  readonly life: Life | undefined;
  readonly label: string;
  readonly run: () => void;
}

/** A line of the schedule: what was let happen, when, and whose it was. */
export interface Step {
  readonly at: number;
  readonly who: string;
  readonly label: string;
}

/** When every world begins. */
const BEGINNING = Date.parse("2026-01-01T00:00:00.000Z");
/** No scenario needs as many steps: one that takes them turns in a circle. */
const MOST_STEPS = 200_000;

/**
 * Where nothing happens by itself. Whatever wants to go on (a request that arrives, an answer, a timer) is a task; of
 * those that are due one is chosen by chance and run, and all that follows from it at once runs before the next. Time
 * stands still meanwhile, and passes only when nothing is due.
 */
export class World {
  now = BEGINNING;
  /** Whose code is running. */
  current: Life | undefined;
  readonly steps: Step[] = [];
  readonly #random: Random;
  readonly #letGo: () => Promise<void>;
  #tasks: Task[] = [];
  #order = 0;
  #lives = 0;
  #stillUntil = 0;

  /** @param letGo resolves when all that can go on without a task has done so */
  constructor(random: Random, letGo: () => Promise<void>) {
    this.#random = random;
    this.#letGo = letGo;
  }

  startLife(name: string): Life {
    return { name, number: ++this.#lives, alive: true, pausedUntil: 0 };
  }

  /** Abandons everything of this life: none of it will run. */
  endLife(life: Life): void {
    life.alive = false;
    this.#tasks = this.#tasks.filter((task) => task.life !== life);
    this.note(life, "dies");
  }

  /** Nothing of this life moves for so long. */
  pauseLife(life: Life, forMs: number): void {
    life.pausedUntil = this.now + forMs;
    this.#stillUntil = Math.max(this.#stillUntil, life.pausedUntil);
    this.note(life, `stands still for ${forMs / 1000} s`);
  }

  /** How long it is until the last of those that stand still goes on. */
  get stillForMs(): number {
    return Math.max(0, this.#stillUntil - this.now);
  }

  /** Lets `run` happen, at the earliest in so many milliseconds. Returns what takes it back. */
  after(delayMs: number, task: Pick<Task, "life" | "label" | "run">): () => void {
    const whole = { at: this.now + Math.max(0, delayMs), order: ++this.#order, ...task };
    if (task.life?.alive !== false) this.#tasks.push(whole);
    return () => {
      const index = this.#tasks.indexOf(whole);
      if (index >= 0) this.#tasks.splice(index, 1);
    };
  }

  note(life: Life | undefined, label: string): void {
    this.steps.push({ at: this.now - BEGINNING, who: life ? `${life.name}#${life.number}` : "", label });
  }

  /** Until `enough` says so, until nothing is left to do, or so many milliseconds from now. */
  async run(forMs: number, enough: () => boolean = () => false): Promise<void> {
    const end = this.now + forMs;
    await this.#letGo();
    while (!enough()) {
      const task = this.#next(end);
      if (!task) return;
      if (this.steps.length > MOST_STEPS) throw new Error(`Cannot come to an end within ${MOST_STEPS} steps`);
      this.now = Math.max(this.now, startOf(task));
      this.current = task.life;
      if (task.label) this.note(task.life, task.label);
      task.run();
      await this.#letGo();
    }
  }

  /** One of those that are due now; or else the next one that will be. */
  #next(end: number): Task | undefined {
    const due: Task[] = [];
    let next: Task | undefined;
    for (const task of this.#tasks) {
      const start = startOf(task);
      if (start <= this.now) due.push(task);
      if (!next || start < startOf(next) || (start === startOf(next) && task.order < next.order)) next = task;
    }
    const chosen = due.length > 0 ? due[this.#random.below(due.length)] : next;
    if (!chosen || startOf(chosen) > end) return undefined;
    this.#tasks.splice(this.#tasks.indexOf(chosen), 1);
    return chosen;
  }
}

function startOf({ at, life }: Task): number {
  return Math.max(at, life?.pausedUntil ?? 0);
}
