import type { AnyOutputs, StepContext } from "./step-context.ts";

/** Takes back what a step has done, as far as that can be: called with what the step returned. */
export type Compensate<Payload, Outputs, Output> = (
  context: StepContext<Payload, Outputs> & { readonly output: Output },
) => Promise<void>;

export interface CompensateOptions {
  /**
   * The first version of the profile whose steps have returned what the handler can take. Absent: it takes back only what
   * its own version has done.
   */
  readonly sinceVersion?: number;
}

/** What steps of all kinds can have that do something by themselves. */
export interface Compensation {
  readonly compensate?: Compensate<unknown, AnyOutputs, unknown> | undefined;
  readonly compensatesSince?: number | undefined;
}
