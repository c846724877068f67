import { DecisionLog } from "./decision-log.ts";
import type { Action, Execution, ReplayRules } from "./decision.ts";
import type { EntityRef } from "./entity-ref.ts";
import { ExternalEvents } from "./external-events.ts";
import { guidOf } from "./guid.ts";
import { createRequireFunction, type RequireFunction } from "./known-functions.ts";
import { TaskQueue, type Task } from "./task.ts";

/** Locks held, and the request that brought them. */
export interface CriticalSection {
  readonly requestId: string;
  readonly entities: readonly EntityRef[];
}

/** What the parts of a re-enactment share while it goes on. */
export interface Replay {
  readonly execution: Execution;
  readonly rules: ReplayRules;
  readonly tasks: TaskQueue;
  readonly log: DecisionLog;
  readonly externalEvents: ExternalEvents;
  readonly requireFunction: RequireFunction;
  /** Another one each time, and the same ones in every re-enactment. */
  readonly newGuid: () => string;
  /** The time of the episode, in milliseconds since the epoch. */
  readonly now: number;
  /** Takes the time at which an episode began, ISO 8601. The later one stays, as in the SDK: a clock may have gone back. */
  beginEpisode(timestamp: string): void;
  criticalSection: CriticalSection | undefined;
  /** Locks asked for and not granted yet, by request. */
  readonly lockRequests: Map<string, readonly EntityRef[]>;
  continueAsNew: { readonly input: unknown } | undefined;
}

/** Begins what one action asks for. The task is settled when the SDK would go on. */
export type StartAction = (replay: Replay, action: Action) => Task;

export function createReplay(execution: Execution, rules: ReplayRules): Replay {
  const tasks = new TaskQueue();
  let guids = 0;
  // A long history has thousands of episodes and looks at the time of few: the texts compare as the times do.
  let startedAt = "";
  const replay: Replay = {
    execution,
    rules,
    tasks,
    log: new DecisionLog(tasks),
    externalEvents: new ExternalEvents(tasks),
    requireFunction: createRequireFunction(rules),
    newGuid: () => {
      guids += 1;
      return guidOf(`${execution.instanceId}_${new Date(replay.now).toISOString()}_${guids - 1}`);
    },
    get now() {
      return Date.parse(startedAt);
    },
    beginEpisode(timestamp) {
      if (timestamp > startedAt) startedAt = timestamp;
    },
    criticalSection: undefined,
    lockRequests: new Map(),
    continueAsNew: undefined,
  };
  return replay;
}
