import type { Compensation } from "./compensation.ts";
import type { AnyOutputs, StepContext } from "./step-context.ts";

export interface TaskOptions {
  readonly timeoutMs: number;
  /** The step's share of the job's progress, against the other steps' shares. */
  readonly weight?: number;
}

/** Work that one process does in one go. */
export interface TaskStep extends Compensation {
  readonly kind: "task";
  readonly name: string;
  readonly timeoutMs: number;
  readonly weight: number;
  run(context: StepContext<unknown, AnyOutputs>): Promise<unknown>;
}
