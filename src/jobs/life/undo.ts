import { MillraceError } from "../../platform/errors.ts";
import type { Job, StepRecord, UndoRecord } from "./job.ts";

/** What is to be taken back of a job that ends badly with these steps, the last step first; nothing if nothing is. */
export function undoOf(steps: readonly StepRecord[]): UndoRecord[] | undefined {
  const undo = steps
    .filter(isToUndo)
    .reverse()
    .map(({ name }): UndoRecord => ({ step: name, status: "pending", attempt: 0 }));
  return undo.length > 0 ? undo : undefined;
}

/** Whether the step has done something that its profile says how to take back. */
export function isToUndo({ status, compensable = false }: StepRecord): boolean {
  return status === "completed" && compensable;
}

/** Whether there is still something of the job's to be taken back. */
export function isUndoing(job: Job): boolean {
  return "undo" in job && (job.undo?.some(({ status }) => status === "pending") ?? false);
}

/** The job may neither begin anew nor go before that. @throws MillraceError UNDO_PENDING */
export function requireNothingToUndo(job: Job): void {
  if (isUndoing(job))
    throw new MillraceError("UNDO_PENDING", "What the job has done is being taken back; ask again later");
}
