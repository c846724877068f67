import type { EventRaised, FailureDetails, HistoryEvent } from "../history/history-event.ts";

/** What an orchestrator wants that is not in its history yet. `id` is the task's number. */
export type Decision =
  | { readonly kind: "scheduleTask"; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: "createTimer"; readonly id: number; /** Milliseconds since the epoch. */ readonly fireAt: number }
  | {
      readonly kind: "createSubOrchestration";
      readonly id: number;
      readonly name: string;
      readonly instanceId: string;
      readonly input: unknown;
      readonly version: string | undefined;
    }
  | {
      readonly kind: "sendEvent";
      readonly id: number;
      readonly to: string;
      readonly name: string;
      /** JSON text. */
      readonly input: string;
      /** Milliseconds since the epoch; of a scheduled signal. */
      readonly dueAt?: number;
    };

/** How an execution ends. Values are plain JSON values; undefined means none. */
export type Completion =
  | { readonly status: "Completed"; readonly output: unknown }
  | {
      readonly status: "Failed";
      /** The message alone. What its function or one of its actions failed with is reported under the function's name. */
      readonly error: string;
      readonly failureDetails: FailureDetails | null;
      /** The code no longer fits the history; reported as it is, without the function's name. */
      readonly isNonDeterministic: boolean;
    }
  | { readonly status: "Terminated"; readonly reason: string | null }
  | { readonly status: "ContinuedAsNew"; readonly input: unknown; readonly carriedOver: readonly EventRaised[] };

/** What the SDK answers to one invocation of an orchestrator function. */
export interface OrchestratorAnswer {
  readonly isDone: boolean;
  /** One inner list with schema version 2 (value 1) and later. */
  readonly actions: readonly (readonly Action[])[];
  readonly output?: unknown;
  readonly error?: string;
  readonly customStatus?: unknown;
  readonly failureDetails?: FailureDetails | null;
  readonly schemaVersion: number;
}

/** One action as the SDK writes it; each kind reads its own fields. */
export interface Action {
  readonly actionType: number;
  readonly [field: string]: unknown;
}

export type FunctionKind = "orchestrator" | "activity" | "entity";

export interface Execution {
  readonly instanceId: string;
  readonly executionId: string;
  readonly parentInstanceId: string | undefined;
  /** All of it, this episode's events included. */
  readonly history: readonly HistoryEvent[];
  readonly answer: OrchestratorAnswer;
}

/** What the hub's settings and app say that matters for replay. */
export interface ReplayRules {
  /** Milliseconds. A timer longer than the first is made of pieces of the second. */
  readonly maximumShortTimerMs: number;
  readonly longTimerIntervalMs: number;
  readonly defaultHttpSleepMs: number;
  /** Names of the app's functions of a kind, for the check that a called function exists (names without regard to case). */
  readonly functionNames: (kind: FunctionKind) => readonly string[];
}

export interface Reenactment {
  /** In the order of their numbers. */
  readonly decisions: readonly Decision[];
  /** Undefined while the execution goes on. */
  readonly completion: Completion | undefined;
  readonly isSuspended: boolean;
  /** The number of the ExecutionCompleted event. */
  readonly nextId: number;
  /**
   * Whether `decisions` release locks that the orchestrator held or had asked for when it failed or was terminated. On Azure
   * such entities stay locked for ever.
   */
  readonly releasedAfterFailure: boolean;
}
