import { MillraceError } from "../../platform/errors.ts";
import type { Job, StepRecord, UndoRecord } from "./job.ts";

/**
 * What is to be taken back of a job that ends badly with these steps, the last step first; nothing if nothing is.
 *
 * @param notBefore when that may begin, if not at once
 */
export function undoOf(steps: readonly StepRecord[], notBefore?: Date): UndoRecord[] | undefined {
  const undo = steps
    .filter(({ status, compensable = false }) => status === "completed" && compensable)
    .reverse()
    .map(({ name }, index): UndoRecord => {
      const isFirst = index === 0;
      return { step: name, status: "pending", attempt: 0, ...(isFirst && notBefore && { notBefore }) };
    });
  return undo.length > 0 ? undo : undefined;
}

/** What is or was to be taken back of the job, the last step first. */
export function undoOfJob(job: Job): readonly UndoRecord[] {
  return ("undo" in job ? job.undo : undefined) ?? [];
}

/** What is taken back next; nothing when that is over. */
export function nextToUndo(undo: readonly UndoRecord[]): UndoRecord | undefined {
  return undo.find(({ status }) => status === "pending");
}

/** Whether there is still something of the job's to be taken back. */
export function isUndoing(job: Job): boolean {
  return nextToUndo(undoOfJob(job)) !== undefined;
}

/** The step whose taking back came to an end with this: of single tries the history does not tell. */
export function undoNews(before: readonly UndoRecord[], after: readonly UndoRecord[]): UndoRecord | undefined {
  return after.find(({ status }, index) => status !== before[index]?.status);
}

/** The job may neither begin anew nor go before that. @throws MillraceError UNDO_PENDING */
export function requireNothingToUndo(job: Job): void {
  if (isUndoing(job))
    throw new MillraceError("UNDO_PENDING", "What the job has done is being taken back; ask again later");
}
