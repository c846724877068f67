import { InvariantError, MillraceError } from "../../platform/errors.ts";
import type { FormerSteps, Job, StepRecord, UndoRecord } from "./job.ts";

/** The steps of a job, and those of other versions of its profile. */
export type Did = Pick<Job, "steps" | "former">;

/**
 * What is to be taken back of a job that ends badly, the last step first; nothing if nothing is.
 *
 * @param notBefore when that may begin, if not at once
 */
export function undoOf({ steps, former = [] }: Did, notBefore?: Date): UndoRecord[] | undefined {
  const before = former.flatMap((run, index) => stepsToUndo(run.steps).map((record) => ({ ...record, former: index })));
  const [last, ...others] = [...before, ...stepsToUndo(steps)].reverse();
  return last && [{ ...last, ...(notBefore && { notBefore }) }, ...others];
}

function stepsToUndo(steps: readonly StepRecord[]): UndoRecord[] {
  return steps
    .filter(({ status, compensable = false }) => status === "completed" && compensable)
    .map(({ name }) => ({ step: name, status: "pending", attempt: 0 }));
}

/** Whether there is something to take back, should the job end badly. */
export function hasToUndo(did: Did): boolean {
  return undoOf(did) !== undefined;
}

/** Which version of its profile has done what is to be taken back, and with which steps. */
export function doneBy(job: Job, { former }: Pick<UndoRecord, "former">): FormerSteps {
  const run = former === undefined ? job : job.former?.[former];
  if (run) return run;
  throw new InvariantError("7a3e90d4", `Cannot find what is to be taken back of job "${job.jobId}"`);
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
