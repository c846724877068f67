import type { Compensation } from "./compensation.ts";
import type { AnyOutputs, StepContext } from "./step-context.ts";

export interface PollOptions {
  /** The wait before the first look, and between looks. */
  readonly everyMs: number;
  /** Each wait is the one before times this. 1 if absent. */
  readonly backoff?: number;
  /** No wait is longer than this. */
  readonly longestMs?: number;
  /** When the answer must be there, counted from the step's beginning. */
  readonly deadlineMs: number;
  /** Of each look. */
  readonly timeoutMs: number;
  readonly weight?: number;
}

/** What a look came to. */
export type Looked<Output> =
  { readonly done: false; readonly message?: string } | { readonly done: true; readonly output: Output };

/** Looks now and then whether something that happens elsewhere is done; nobody is at work between two looks. */
export interface PollStep extends Compensation {
  readonly kind: "poll";
  readonly name: string;
  readonly timeoutMs: number;
  readonly weight: number;
  readonly everyMs: number;
  readonly backoff: number;
  readonly longestMs?: number | undefined;
  readonly deadlineMs: number;
  run(context: StepContext<unknown, AnyOutputs>): Promise<Looked<unknown>>;
}
