import type { AnyOutputs, StepContext } from "./step-context.ts";

export interface TaskOptions {
  readonly timeoutMs: number;
  /** The step's share of the job's progress, against the other steps' shares. */
  readonly weight?: number;
}

/** Takes back what a step has done, as far as that can be: called with what the step returned. */
export type Compensate<Payload, Outputs, Output> = (
  context: StepContext<Payload, Outputs> & { readonly output: Output },
) => Promise<void>;

/** Work that one process does in one go. */
export interface TaskStep {
  readonly kind: "task";
  readonly name: string;
  readonly timeoutMs: number;
  readonly weight: number;
  readonly compensate?: Compensate<unknown, AnyOutputs, unknown> | undefined;
  run(context: StepContext<unknown, AnyOutputs>): Promise<unknown>;
}
