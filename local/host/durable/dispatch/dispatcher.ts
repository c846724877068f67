import { describeError } from "../../logging/describe-error.ts";
import type { Log } from "../../logging/log.ts";
import { JournalBrokenError } from "../journal/journal-errors.ts";
import type { Changes, Outstanding, ScheduledActivity } from "../state/changes.ts";
import type { DispatchParts } from "./dispatch-parts.ts";
import { hasWork } from "./entity-requests.ts";
import { createRetries } from "./retries.ts";
import { runActivity } from "./run-activity.ts";
import { runEntityBatch } from "./run-entity-batch.ts";
import { createEpisodes } from "./run-episode.ts";
import { createTimerQueue } from "./timer-queue.ts";
import { createTurns } from "./turns.ts";

/** Decides who runs next. It learns what there is to do from the state's changes, and from nothing else. */
export interface Dispatcher {
  /** Sets going what waits at a start. */
  begin(outstanding: Outstanding): void;
  /** Sets going what a record has brought, and gives up what it has made needless. Never throws. */
  follow(changes: Changes): void;
  /** Begins nothing new; resolves when what runs has ended. */
  stop(): Promise<void>;
  /** How much is kept of instances, timers and work: none when nothing is going on. */
  readonly size: number;
}

/** Says that a commit was refused: there is nothing more to do for this dispatcher. */
class HaltedError extends Error {
  override readonly name = "HaltedError";
}

export function createDispatcher(given: DispatchParts): Dispatcher {
  const { state, options, log } = given;
  const parts: DispatchParts = {
    ...given,
    commit: (record) => given.commit(record).catch(halt),
  };
  const episodes = createEpisodes(parts);
  const orchestrations = createTurns<string>({
    limit: options.maxConcurrentOrchestrators,
    take: (id) => attempt(id, episodes.run),
  });
  const entities = createTurns<string>({
    limit: options.maxConcurrentEntities,
    take: (id) => attempt(id, runEntity),
  });
  const activities = createTurns<ScheduledActivity>({
    limit: options.maxConcurrentActivities,
    take: (activity) => unlessHalted(runActivity(activity, parts), log),
  });
  const timers = createTimerQueue(({ id, timer }) => {
    const elapsed = { type: "timerElapsed", at: Date.now(), id, timerId: timer.id } as const;
    void unlessHalted(parts.commit(elapsed), log);
  });
  const retries = createRetries(wake);
  let isHalted = false;

  function wake(id: string): void {
    (id.startsWith("@") ? entities : orchestrations).add(id, id);
  }

  async function runEntity(id: string): Promise<void> {
    await runEntityBatch(id, parts);
    const entity = state.find(id);
    if (entity?.kind === "entity" && hasWork(entity)) wake(id);
  }

  /** What fails without having been recorded comes again. */
  async function attempt(id: string, run: (id: string) => Promise<void>): Promise<void> {
    try {
      await run(id);
      retries.succeeded(id);
    } catch (error) {
      if (error instanceof HaltedError) return;
      const pauseMs = retries.retryLater(id);
      log.host("error", `Durable "${id}" is tried again in ${pauseMs} ms. It failed with ${describeError(error)}`);
    }
  }

  /** The first refused commit ends everything: the next ones are refused for the same reason. */
  function halt(reason: unknown): never {
    if (!isHalted) {
      isHalted = true;
      const level = reason instanceof JournalBrokenError ? "error" : "information";
      log.host(level, `The Durable hub runs nothing more on this host. ${describeReason(reason)}`);
      void stop();
    }
    throw new HaltedError("A commit was refused", { cause: reason });
  }

  function drop({ droppedActivities, droppedTimers }: Changes): void {
    for (const activity of droppedActivities) activities.remove(keyOf(activity));
    for (const timer of droppedTimers) timers.disarm(timer);
  }

  function begin({ woken, activities: scheduled, timers: armed }: Outstanding): void {
    for (const id of woken) wake(id);
    for (const activity of scheduled) activities.add(keyOf(activity), activity);
    for (const timer of armed) timers.arm(timer);
  }

  function forget(id: string): void {
    episodes.forget(id);
    retries.succeeded(id);
  }

  async function stop(): Promise<void> {
    timers.stop();
    retries.stop();
    await Promise.all([orchestrations.stop(), entities.stop(), activities.stop()]);
  }

  return {
    begin,
    follow(changes) {
      for (const id of [...changes.ended, ...changes.removed]) forget(id);
      drop(changes);
      begin(changes);
    },
    stop,
    get size() {
      const turns = orchestrations.size + entities.size + activities.size;
      return turns + timers.size + retries.size + episodes.size;
    },
  };
}

function keyOf({ id, executionId, work }: ScheduledActivity): string {
  return JSON.stringify([id, executionId, work.taskId]);
}

async function unlessHalted(work: Promise<void>, log: Log): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof HaltedError))
      log.host("error", `A part of the Durable hub has failed: ${describeError(error)}`);
  }
}

function describeReason(reason: unknown): string {
  return reason instanceof Error ? reason.message : describeError(reason);
}

