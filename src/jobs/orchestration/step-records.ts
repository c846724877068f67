import { InvariantError } from "../../platform/errors.ts";
import type { Content, Job, StepRecord, Usage } from "../life/job.ts";

/** What is recorded of a step. @throws InvariantError when the job has no such step */
export function recordOf(job: Pick<Job, "jobId" | "steps">, name: string): StepRecord {
  const record = job.steps.find((step) => step.name === name);
  if (!record) throw new InvariantError("27c1f5a8", `Cannot find step "${name}" of job "${job.jobId}"`);
  return record;
}

/** The last try of a step, or, of a map that was opened, of closing it: opening it has used up none of those. */
export function lastTry(record: StepRecord): Pick<StepRecord, "attempt" | "startedAt"> {
  return record.parts === undefined ? record : (record.closing ?? { attempt: 0 });
}

/** Whether the step has come to its end: by this call or another, which was faster. */
export function isFinished(job: Pick<Job, "jobId" | "steps">, name: string): boolean {
  return recordOf(job, name).status === "completed";
}

/** One try more has begun. */
export function begun(record: StepRecord, now: Date): StepRecord {
  const { endedAt: _, ...rest } = record;
  const last = { attempt: lastTry(record).attempt + 1, startedAt: now };
  return { ...rest, status: "running", ...(record.parts === undefined ? last : { closing: last }) };
}

/** A map has so many parts, or goes on with those that it has. */
export function opened(record: StepRecord, parts: number, usage: Usage | undefined): StepRecord {
  const { endedAt: _, ...rest } = record;
  if (record.parts !== undefined) return { ...rest, status: "running" };
  return { ...rest, status: "running", parts, ...(usage && { usageBefore: usage }) };
}

export interface Finish {
  readonly now: Date;
  readonly checkpoint?: Content;
  readonly compensable: boolean;
}

export function finished(record: StepRecord, { now, checkpoint, compensable }: Finish): StepRecord {
  return {
    ...record,
    status: "completed",
    endedAt: now,
    ...(checkpoint && { checkpoint }),
    ...(compensable && { compensable }),
  };
}

/** The try has failed; one that is not to count is taken out of the count. */
export function failed(
  record: StepRecord,
  { now, counted }: { readonly now: Date; readonly counted: boolean },
): StepRecord {
  return { ...(counted ? record : uncounted(record)), status: "failed", endedAt: now };
}

/** The try was broken off through no fault of its own: it is as if it had not begun. */
export function left(record: StepRecord, counted: boolean): StepRecord {
  const { startedAt: _begun, endedAt: _ended, ...rest } = counted ? record : uncounted(record);
  return { ...rest, status: "pending" };
}

/** What the step came to is lost, through no fault of its own; the parts of a map stand. */
export function forgotten({ name, parts, usageBefore }: StepRecord): StepRecord {
  return {
    name,
    status: "pending",
    attempt: 0,
    ...(parts !== undefined && { parts }),
    ...(usageBefore && { usageBefore }),
  };
}

function uncounted(record: StepRecord): StepRecord {
  return { ...record, attempt: Math.max(0, record.attempt - 1), uncounted: (record.uncounted ?? 0) + 1 };
}

/** All records of the job, with this one in its place. */
export function withRecord({ steps }: Pick<Job, "steps">, record: StepRecord): StepRecord[] {
  return steps.map((step) => (step.name === record.name ? record : step));
}
