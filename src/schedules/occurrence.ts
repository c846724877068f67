import { z } from "zod";
import { OUTCOMES, TRIGGERS } from "../contract/schedule-view.ts";
import { jobErrorSchema } from "../jobs/life/job.ts";

/** The record of one time of a schedule: there is one at most for each, whoever asked for it. */
export const occurrenceSchema = z.object({
  scheduleId: z.string(),
  plannedAt: z.date(),
  trigger: z.enum(TRIGGERS),
  /** It is `pending` or `buffered` until it is submitted, and from the others on it never changes, unless it is made up. */
  outcome: z.enum(OUTCOMES),
  reason: z.string().optional(),
  recordedAt: z.date(),
  /** Since when it is to be submitted. */
  pendingSince: z.date().optional(),
  submittedAt: z.date().optional(),
  jobId: z.string().optional(),
  batchId: z.string().optional(),
  /** When what was submitted had ended, and how. */
  endedAt: z.date().optional(),
  status: z.string().optional(),
  /** Of a batch that has ended: how many items came to what. */
  counts: z.record(z.string(), z.int()).optional(),
  error: jobErrorSchema.optional(),
});
export type Occurrence = z.infer<typeof occurrenceSchema>;

/** Whether somebody still has to see to it. */
export function isOpen({ outcome, endedAt }: Occurrence): boolean {
  return outcome === "pending" || outcome === "buffered" || (outcome === "submitted" && !endedAt);
}

/** Whether it stands in the way of the next: what operators ask for beside the schedule does not. */
export function isUnderWay(occurrence: Occurrence): boolean {
  return occurrence.trigger === "schedule" && occurrence.outcome !== "buffered" && isOpen(occurrence);
}

/** Whether it can still be made up: nothing was submitted for it. */
export function isMakeable({ outcome }: Occurrence): boolean {
  return outcome === "missed" || outcome === "skipped_overlap" || outcome === "failed_to_submit";
}

/** An occurrence that an operator asks for, whatever became of it before. */
export function askedFor(
  trigger: "manual" | "backfill",
  { scheduleId, plannedAt, now }: { readonly scheduleId: string; readonly plannedAt: Date; readonly now: Date },
): Occurrence {
  return { scheduleId, plannedAt, trigger, outcome: "pending", recordedAt: now, pendingSince: now };
}
