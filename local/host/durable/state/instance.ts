import type { HistoryEvent, ParentInstance } from "../history/history-event.ts";

/** In the words and with the numbers of the Durable Task framework (OrchestrationStatus). */
export const RuntimeStatus = {
  Running: 0,
  Completed: 1,
  ContinuedAsNew: 2,
  Failed: 3,
  Canceled: 4,
  Terminated: 5,
  Pending: 6,
  Suspended: 7,
} as const;
export type RuntimeStatus = keyof typeof RuntimeStatus;

export function isEnded(status: RuntimeStatus): boolean {
  return status === "Completed" || status === "Failed" || status === "Terminated" || status === "Canceled";
}

/**
 * An event on its way to an instance. One that belongs to a particular execution (a completion, a timer) names it and is
 * dropped when the instance has gone on to another; events from outside name none.
 */
export interface Message {
  readonly executionId?: string;
  readonly event: HistoryEvent;
}

/** A message that has arrived. Numbers grow by one within the instance, so that "read up to n" says which are consumed. */
export interface Delivered extends Message {
  readonly sequence: number;
}

/** An activity that has been scheduled and has no result yet. */
export interface ActivityWork {
  readonly taskId: number;
  readonly name: string;
  /** JSON text of what the orchestrator passed; null when it passed nothing. See `dispatch/` for its form. */
  readonly input: string | null;
}

/** A message to deliver to the instance that holds it, at a time: a durable timer, or a scheduled signal of an entity. */
export interface TimerWork {
  /** A timer's task number; a scheduled signal's id. Unique within the instance. */
  readonly id: number | string;
  /** Milliseconds since the epoch. */
  readonly fireAt: number;
  readonly message: Message;
}

interface Addressable {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the epoch, like every time here. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly inbox: readonly Delivered[];
  /** The number the next message gets. */
  readonly nextSequence: number;
  readonly timers: ReadonlyMap<number | string, TimerWork>;
}

/** One orchestration instance in its present execution. */
export interface Instance extends Addressable {
  readonly kind: "orchestration";
  readonly executionId: string;
  readonly version: string;
  readonly status: RuntimeStatus;
  readonly parent: ParentInstance | null;
  /** JSON texts. */
  readonly input: string | null;
  readonly output: string | null;
  readonly customStatus: string | null;
  readonly history: readonly HistoryEvent[];
  readonly activities: ReadonlyMap<number, ActivityWork>;
}

/** A request to an entity, with the field names it has on the wire. */
export interface EntityRequest {
  readonly op: string | null;
  readonly id: string;
  readonly signal?: boolean;
  /** JSON text. */
  readonly input?: string | null;
  /** The instance that waits for the answer, and its execution. */
  readonly parent?: string;
  readonly parentExecution?: string;
  /** ISO time before which it is not to be delivered. */
  readonly due?: string;
  /** A request for a critical section: the entities in the order in which they are visited, and how far it has come. */
  readonly lockset?: readonly { readonly name: string; readonly key: string }[];
  readonly pos?: number;
}

/** One entity. Its id is `@<name in lower case>@<key>`. */
export interface Entity extends Addressable {
  readonly kind: "entity";
  readonly key: string;
  readonly exists: boolean;
  /** JSON text. */
  readonly state: string | null;
  readonly queue: readonly EntityRequest[];
  /** The instance inside a critical section with this entity. */
  readonly lockedBy: string | null;
}

/** What is kept in memory of an instance that has ended and been moved out; the rest is read from the journal. */
export interface ArchivedInstance {
  readonly kind: "archived";
  readonly id: string;
  readonly name: string;
  readonly executionId: string;
  readonly status: RuntimeStatus;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type Addressee = Instance | Entity;
export type Known = Addressee | ArchivedInstance;
