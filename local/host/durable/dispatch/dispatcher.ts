import { describeError, messageOf } from "../../logging/describe-error.ts";
import { isEndOfJournal, JournalBrokenError } from "../journal/journal-errors.ts";
import type { ArmedTimer, Changes, Outstanding, ScheduledActivity } from "../state/changes.ts";
import type { DispatchParts } from "./dispatch-parts.ts";
import { hasWork } from "./entity-requests.ts";
import { createRetries } from "./retries.ts";
import { runActivity } from "./run-activity.ts";
import { runEntityBatch } from "./run-entity-batch.ts";
import { createEpisodes } from "./run-episode.ts";
import type { Episodes } from "./run-episode.ts";
import { createTimerQueue } from "./timer-queue.ts";
import { createTurns } from "./turns.ts";
import type { Turns } from "./turns.ts";

/** A commit was refused: there is nothing more to do for this dispatcher. */
class HaltedError extends Error {
  override readonly name = "HaltedError";
}

/**
 * Decides who runs next: episodes, entity batches, activities and timers. It learns what there is to do from the state's
 * changes, and from nothing else, so that a start is only a large change.
 */
export class Dispatcher {
  readonly #parts: DispatchParts;
  readonly #episodes: Episodes;
  readonly #orchestrations: Turns<string>;
  readonly #entities: Turns<string>;
  readonly #activities: Turns<ScheduledActivity>;
  readonly #timers = createTimerQueue((timer) => void this.#attempt(() => this.#elapse(timer)));
  readonly #retries = createRetries((id) => {
    this.#wake(id);
  });
  #isHalted = false;

  constructor(parts: DispatchParts) {
    const { maxConcurrentOrchestrators, maxConcurrentEntities, maxConcurrentActivities } = parts.options;
    this.#parts = {
      ...parts,
      commit: (record) => parts.commit(record).catch((reason: unknown) => this.#refuse(reason)),
    };
    this.#episodes = createEpisodes(this.#parts);
    this.#orchestrations = createTurns({
      limit: maxConcurrentOrchestrators,
      take: (id) => this.#attempt(() => this.#episodes.run(id), id),
    });
    this.#entities = createTurns({
      limit: maxConcurrentEntities,
      take: (id) => this.#attempt(() => this.#runEntity(id), id),
    });
    this.#activities = createTurns({
      limit: maxConcurrentActivities,
      take: (activity) => this.#attempt(() => runActivity(activity, this.#parts)),
    });
  }

  /** How much is kept of instances, timers and work: none when nothing is going on. */
  get size(): number {
    const turns = this.#orchestrations.size + this.#entities.size + this.#activities.size;
    return turns + this.#timers.size + this.#retries.size + this.#episodes.size;
  }

  /** Sets going what waits. */
  begin({ woken, activities, timers }: Outstanding): void {
    for (const id of woken) this.#wake(id);
    for (const activity of activities) this.#activities.add(keyOf(activity), activity);
    for (const timer of timers) this.#timers.arm(timer);
  }

  /** Sets going what a record has brought, and gives up what it has made needless. Never throws. */
  follow(changes: Changes): void {
    for (const id of [...changes.ended, ...changes.removed]) {
      this.#episodes.forget(id);
      this.#retries.forget(id);
    }
    for (const activity of changes.droppedActivities) this.#activities.remove(keyOf(activity));
    for (const timer of changes.droppedTimers) this.#timers.disarm(timer);
    this.begin(changes);
  }

  /** Begins nothing new; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#timers.stop();
    this.#retries.stop();
    await Promise.all([this.#orchestrations.stop(), this.#entities.stop(), this.#activities.stop()]);
  }

  /** What is about to be tried again reads everything then. */
  #wake(id: string): void {
    if (this.#retries.isPausing(id)) return;
    (id.startsWith("@") ? this.#entities : this.#orchestrations).add(id, id);
  }

  async #runEntity(id: string): Promise<void> {
    await runEntityBatch(id, this.#parts);
    const entity = this.#parts.state.find(id);
    if (entity?.kind === "entity" && hasWork(entity)) this.#wake(id);
  }

  async #elapse({ id, timer }: ArmedTimer): Promise<void> {
    await this.#parts.commit({ type: "timerElapsed", at: Date.now(), id, timerId: timer.id });
  }

  /** Does something, which for an instance or entity comes again when it fails: then nothing of it was recorded. */
  async #attempt(work: () => Promise<void>, id?: string): Promise<void> {
    try {
      await work();
      if (id !== undefined) this.#retries.forget(id);
    } catch (error) {
      if (error instanceof HaltedError) return;
      const next = id === undefined ? "" : ` "${id}" is tried again in ${this.#retries.retryLater(id)} ms.`;
      this.#parts.log.host("error", `A part of the Durable hub has failed.${next} ${describeError(error)}`);
    }
  }

  /** When the journal takes no more, everything ends: the next commits would be refused for the same reason. */
  #refuse(reason: unknown): never {
    if (!isEndOfJournal(reason)) throw reason; // it is this record that cannot be written: it is too long
    if (!this.#isHalted) {
      this.#isHalted = true;
      const level = reason instanceof JournalBrokenError ? "error" : "information";
      this.#parts.log.host(level, `The Durable hub runs nothing more on this host. ${messageOf(reason)}`);
      void this.stop();
    }
    throw new HaltedError("A commit was refused", { cause: reason });
  }
}

function keyOf({ id, executionId, work }: ScheduledActivity): string {
  return JSON.stringify([id, executionId, work.taskId]);
}
