import type { ApprovalStep } from "./approval.ts";
import type { Compensate } from "./compensation.ts";
import type { AnyOutputs } from "./step-context.ts";
import type { Step } from "./step.ts";

/** A step that can be taken back. */
export type CompensableStep = Exclude<Step, ApprovalStep> & {
  readonly compensate: Compensate<unknown, AnyOutputs, unknown>;
};

/** The step of this name, if there is one and it can be taken back. */
export function findCompensable(
  { steps }: { readonly steps: readonly Step[] },
  name: string,
): CompensableStep | undefined {
  return steps.find((step): step is CompensableStep => step.name === name && "compensate" in step && !!step.compensate);
}
