import type { CancelBatchDeps } from "../batches/cancel-batch.ts";
import type { ItemStore } from "../batches/item-store.ts";
import type { SubmitBatchDeps } from "../batches/submit-batch.ts";
import type { CancelDeps } from "../jobs/cancel.ts";
import type { SubmitDeps } from "../jobs/submit.ts";

export type WorkDeps = SubmitDeps & CancelDeps & SubmitBatchDeps & CancelBatchDeps & { readonly items: ItemStore };

/** A request that an occurrence makes. */
export interface WorkOrder {
  readonly workspaceId: string;
  /** Who set the request, if that is known. */
  readonly submittedBy?: string | undefined;
  /** The body of the request. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** The key that it is submitted with. */
interface WorkKey {
  readonly workspaceId: string;
  readonly idempotencyKey: string;
}

/** What was submitted: exactly one of the two. */
export interface WorkRef {
  readonly jobId?: string | undefined;
  readonly batchId?: string | undefined;
}

/** How it stands. */
interface WorkState {
  readonly status: string;
  /** Set when it has ended. */
  readonly endedAt?: Date | undefined;
  /** Of its items, by status, when it has ended and has any. */
  readonly counts?: Readonly<Record<string, number>> | undefined;
}

/** What a schedule can submit: a kind of work, as far as schedules have to know it. */
export interface Work {
  /** The same checks that the request itself meets. @throws MillraceError with `errors`, as the request itself would */
  check(deps: WorkDeps, order: WorkOrder): Promise<void>;
  /** Submits it, once for each key. @throws MillraceError as the request itself would */
  submit(deps: WorkDeps, order: WorkOrder & WorkKey): Promise<WorkRef>;
  /** What was submitted with this key, if anything. */
  find(deps: WorkDeps, key: WorkKey): Promise<WorkRef | undefined>;
  /** Nothing if it is kept no more. */
  look(deps: WorkDeps, ref: WorkRef & { readonly workspaceId: string }): Promise<WorkState | undefined>;
  /** Ends it, if it has not ended. Calm if there is nothing to end. */
  cancel(deps: WorkDeps, ref: WorkRef & { readonly workspaceId: string }): Promise<void>;
}

/** Why the one before is ended, where the next one ends it. */
export const CANCEL_REASON = "the next occurrence of its schedule is due";
