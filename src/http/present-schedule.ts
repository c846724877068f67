import type { OccurrenceView, ScheduleView } from "../contract/schedule-view.ts";
import type { Occurrence } from "../schedules/occurrence.ts";
import type { ScheduleReport } from "../schedules/read-schedules.ts";
import type { Schedule } from "../schedules/schedule.ts";
import { jobUrl } from "./present-job.ts";

export const SCHEDULES_PATH = "api/ops/schedules";

export function scheduleUrl(origin: string, { name }: Pick<Schedule, "name">): string {
  return `${origin}/${SCHEDULES_PATH}/${name}`;
}

/** What an operator changes, and no more: it does not move with every occurrence. */
export function scheduleEtag({ scheduleId, revision }: Schedule): string {
  return `"${scheduleId.slice(-8)}.${revision}"`;
}

/** If the timer is so late, it does not come. */
const LATE_MS = 4 * 60_000;

interface Place {
  readonly origin: string;
  readonly now: Date;
  /** The longest time between two calls of the timer. */
  readonly tickMs: number;
}

export function presentSchedule(
  { schedule, last, missed }: ScheduleReport,
  { origin, now, tickMs }: Place,
): ScheduleView {
  const self = scheduleUrl(origin, schedule);
  const { nextAt } = schedule;
  return {
    name: schedule.name,
    workspace_id: schedule.workspaceId,
    cron: schedule.cron,
    time_zone: schedule.timeZone,
    enabled: schedule.enabled,
    overlap: schedule.overlap,
    catch_up_seconds: schedule.catchUpSeconds,
    submit: schedule.submit,
    submitted_by: schedule.submittedBy,
    next_occurrence: nextAt?.toISOString(),
    is_overdue: nextAt !== undefined && now.getTime() - nextAt.getTime() > tickMs + LATE_MS,
    last_occurrence: last && presentOccurrence(last, origin),
    missed_count: missed.length,
    missed_occurrences: missed.map((time) => time.toISOString()),
    created_at: schedule.createdAt.toISOString(),
    updated_at: schedule.updatedAt.toISOString(),
    links: { self, occurrences: `${self}/occurrences`, run: `${self}/run`, backfill: `${self}/backfill` },
  };
}

export function presentOccurrence(occurrence: Occurrence, origin: string): OccurrenceView {
  const { plannedAt, submittedAt, jobId, batchId } = occurrence;
  return {
    planned_at: plannedAt.toISOString(),
    trigger: occurrence.trigger,
    outcome: occurrence.outcome,
    reason: occurrence.reason,
    recorded_at: occurrence.recordedAt.toISOString(),
    started_at: submittedAt?.toISOString(),
    late_ms: lateMsOf(occurrence),
    job_id: jobId,
    batch_id: batchId,
    status: occurrence.status,
    counts: occurrence.counts,
    ended_at: occurrence.endedAt?.toISOString(),
    error: occurrence.error,
    links: {
      ...(jobId !== undefined && { job: jobUrl(origin, jobId) }),
      ...(batchId !== undefined && { batch: `${origin}/api/batches/${batchId}` }),
    },
  };
}

function lateMsOf({ trigger, plannedAt, submittedAt }: Occurrence): number | undefined {
  if (trigger !== "schedule" || !submittedAt) return undefined;
  return Math.max(0, submittedAt.getTime() - plannedAt.getTime());
}
