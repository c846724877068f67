import type { HistoryEvent } from "../history/history-event.ts";
import type { ActivityWork, EntityRequest, Instance, Message, RuntimeStatus, TimerWork } from "../state/instance.ts";

/** A message and where it goes. To a future time when it says one (scheduled signals of entities only). */
export interface Envelope extends Message {
  readonly to: string;
  /** Milliseconds since the epoch. */
  readonly dueAt?: number;
}

/** All that one step sets going. It is part of the step's record: either both are durable, or neither. */
export interface Outgoing {
  readonly activities: readonly ActivityWork[];
  readonly timers: readonly TimerWork[];
  readonly messages: readonly Envelope[];
}

/**
 * A message from outside: a start (ExecutionStarted), a raised event, a signal, a termination, … A start creates the
 * instance when there is none or the old one has ended, and is dropped otherwise; other messages to an instance that is
 * unknown or has ended are dropped; those to an entity create it.
 */
export interface MessageSent {
  readonly type: "messageSent";
  readonly at: number;
  readonly message: Envelope;
  /** The execution whose place a start takes although it is running. */
  readonly replaces?: string;
}

/**
 * One episode of an orchestrator. Ignored when the instance has gone on to another execution meanwhile.
 * `events` is what the episode adds to the history, from OrchestratorStarted to OrchestratorCompleted.
 */
export interface EpisodeCompleted {
  readonly type: "episodeCompleted";
  readonly at: number;
  readonly id: string;
  readonly executionId: string;
  /** Messages up to this number have been consumed. */
  readonly consumedThrough: number;
  readonly events: readonly HistoryEvent[];
  readonly status: RuntimeStatus;
  /** Absent means unchanged. */
  readonly output?: string | null;
  readonly customStatus?: string | null;
  readonly outgoing: Outgoing;
  /**
   * Set when it continued as new: history, activities and timers of the old execution go (its own `outgoing.activities`
   * and `outgoing.timers` are empty), and the instance waits in the new execution for the ExecutionStarted that is among
   * the outgoing messages.
   */
  readonly next?: { readonly executionId: string; readonly input: string | null };
}

/** Delivers the result to the instance. Ignored when that activity is not outstanding in that execution. */
export interface ActivityCompleted {
  readonly type: "activityCompleted";
  readonly at: number;
  readonly id: string;
  readonly executionId: string;
  readonly taskId: number;
  readonly event: HistoryEvent;
}

/** Delivers a timer's message. Ignored when that timer is no longer armed. */
export interface TimerElapsed {
  readonly type: "timerElapsed";
  readonly at: number;
  readonly id: string;
  readonly timerId: number | string;
}

/** One batch of operations of an entity: its new state, and the answers and signals it sends. */
export interface EntityBatchCompleted {
  readonly type: "entityBatchCompleted";
  readonly at: number;
  readonly id: string;
  /** The entity's. One that began anew at another time, after a purge, is not the one that the batch was for. */
  readonly createdAt: number;
  readonly consumedThrough: number;
  /** Absent when the batch did no operation: what is there may be long. `state` is JSON text. */
  readonly outcome?: { readonly exists: boolean; readonly state: string | null };
  readonly queue: readonly EntityRequest[];
  readonly lockedBy: string | null;
  readonly messages: readonly Envelope[];
}

/** Forgets instances that have ended, and entities. One that is running by now, a restarted one say, stays. */
export interface Purged {
  readonly type: "purged";
  readonly at: number;
  readonly ids: readonly string[];
}

/** Puts rewound instances in the place of what they were: a parent together with the children it waits for. */
export interface InstancesRewound {
  readonly type: "instancesRewound";
  readonly at: number;
  /** Each only where one of its id has ended, in the same execution. */
  readonly instances: readonly Instance[];
}

/** One atomic transition of a hub. The state of a hub is the fold of its records, and nothing else. */
export type JournalRecord =
  MessageSent | EpisodeCompleted | ActivityCompleted | TimerElapsed | EntityBatchCompleted | Purged | InstancesRewound;
