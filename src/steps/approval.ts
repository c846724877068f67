import type { AnyOutputs, StepInputs } from "./step-context.ts";

/** What people are shown who are to decide. */
interface ApprovalCard {
  readonly title: string;
  /** JSON. */
  readonly details?: unknown;
}

export interface ApprovalOptions<Payload, Outputs> {
  /** How long people have. */
  readonly timeoutMs: number;
  /** After this long without a decision the job says that it waits for longer than it should. */
  readonly escalateAfterMs?: number;
  /** How many must approve; one who rejects is enough to reject. 1 if absent. */
  readonly quorum?: number;
  /** Whether the submitter may decide. */
  readonly allowSelf?: boolean;
  readonly onTimeout: "reject" | "approve";
  readonly weight?: number;
  readonly show: (inputs: StepInputs<Payload, Outputs>) => ApprovalCard;
}

/** A step that people decide on. A job that is rejected fails with APPROVAL_REJECTED, or APPROVAL_TIMED_OUT. */
export interface ApprovalStep {
  readonly kind: "approval";
  readonly name: string;
  readonly timeoutMs: number;
  readonly weight: number;
  readonly escalateAfterMs?: number | undefined;
  readonly quorum: number;
  readonly allowSelf: boolean;
  readonly onTimeout: "reject" | "approve";
  show(inputs: StepInputs<unknown, AnyOutputs>): ApprovalCard;
}

/** What an approval gives to the steps behind it, when it was given. */
export interface ApprovalOutput {
  /** `timed_out`: nobody decided, and the step approves then. */
  readonly decision: "approved" | "timed_out";
  readonly votes: readonly {
    readonly voter: string;
    readonly decision: "approve" | "reject";
    readonly comment?: string | undefined;
    readonly at: string;
  }[];
}
