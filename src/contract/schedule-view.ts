import { z } from "zod";
import { ERROR_CODES } from "./error-codes.ts";
import type { ErrorCode } from "./error-codes.ts";
import { jobIdSchema, workspaceIdSchema } from "./ids.ts";
import { OVERLAPS, scheduleNameSchema } from "./schedule-requests.ts";

const instant = z.iso.datetime();

export const OUTCOMES = ["pending", "submitted", "buffered", "skipped_overlap", "missed", "failed_to_submit"] as const;
export const TRIGGERS = ["schedule", "manual", "backfill"] as const;

/** One time of a schedule, and what became of it. */
export const occurrenceViewSchema = z
  .object({
    planned_at: instant,
    trigger: z.enum(TRIGGERS).meta({ description: "Its time had come, or an operator asked for it" }),
    outcome: z.enum(OUTCOMES).meta({
      description:
        "`pending`: is being submitted; `buffered`: waits for the end of the one before; `missed`: nobody saw it in time",
    }),
    reason: z.string().optional(),
    recorded_at: instant,
    started_at: instant.optional().meta({ description: "When the job or batch was submitted" }),
    late_ms: z
      .int()
      .min(0)
      .optional()
      .meta({ description: "How long after `planned_at` that was, if its time had come" }),
    job_id: jobIdSchema.optional(),
    batch_id: z.string().optional(),
    status: z.string().optional().meta({ description: "Of the job or batch; `gone` when it is kept no more" }),
    counts: z
      .record(z.string(), z.int().min(0))
      .optional()
      .meta({ description: "Of a batch that has ended: how many items have which status, where there are any" }),
    ended_at: instant.optional(),
    error: z
      .object({ code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]), message: z.string() })
      .optional()
      .meta({ description: "Why it was not submitted" }),
    links: z.object({ job: z.url().optional(), batch: z.url().optional() }),
  })
  .meta({ id: "Occurrence" });
export type OccurrenceView = z.infer<typeof occurrenceViewSchema>;

export const scheduleViewSchema = z
  .object({
    name: scheduleNameSchema,
    workspace_id: workspaceIdSchema,
    cron: z.string(),
    time_zone: z.string(),
    enabled: z.boolean(),
    overlap: z.enum(OVERLAPS),
    catch_up_seconds: z.int(),
    submit: z.object({ job: z.unknown().optional(), batch: z.unknown().optional() }),
    submitted_by: z.string().optional().meta({
      description: "Who set `submit` last, if that is known: counts as the submitter of what is made of it",
    }),
    next_occurrence: instant.optional().meta({ description: "Absent while the schedule is disabled" }),
    is_overdue: z.boolean().meta({
      description: "The next occurrence should have been seen by now: the timer of schedules does not run",
    }),
    last_occurrence: occurrenceViewSchema.optional(),
    missed_count: z.int().min(0).meta({ description: "Of the latest 100 occurrences" }),
    missed_occurrences: z.array(instant).meta({ description: "Those, the latest first" }),
    created_at: instant,
    updated_at: instant,
    links: z.object({ self: z.url(), occurrences: z.url(), run: z.url(), backfill: z.url() }),
  })
  .meta({ id: "Schedule" });
export type ScheduleView = z.infer<typeof scheduleViewSchema>;

export const scheduleListSchema = z
  .object({ value: z.array(scheduleViewSchema), next_link: z.url().optional() })
  .meta({ id: "ScheduleList" });

export const occurrenceListSchema = z
  .object({ value: z.array(occurrenceViewSchema), next_link: z.url().optional() })
  .meta({ id: "OccurrenceList" });

/** What a backfill answers: the occurrences of the interval, the earliest first, as they are now. */
export const backfillViewSchema = z.object({ value: z.array(occurrenceViewSchema) }).meta({ id: "Backfill" });
