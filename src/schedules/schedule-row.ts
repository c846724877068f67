import { digest } from "../jobs/store/idempotency.ts";
import { InvariantError } from "../platform/errors.ts";
import { jsonColumns } from "../platform/json-columns.ts";
import { partsOfRowKey, rowKeyOf } from "../platform/partitions.ts";
import type { Row, RowKey } from "../platform/tables.ts";
import { occurrenceSchema } from "./occurrence.ts";
import type { Occurrence } from "./occurrence.ts";
import { scheduleSchema, wakeAtOf } from "./schedule.ts";
import type { Schedule, ScheduleRef } from "./schedule.ts";

/** A partition of their own: one query finds all that are due, and a record is written together with its schedule. */
export const SCHEDULES_PARTITION = "schedules";

export const SCHEDULE_KIND = "schedule";
export const OCCURRENCE_KIND = "occurrence";

export function scheduleKey({ workspaceId, name }: ScheduleRef): RowKey {
  return { partitionKey: SCHEDULES_PARTITION, rowKey: rowKeyOf(SCHEDULE_KIND, workspaceId, digest(name)) };
}

export function occurrenceKey({ scheduleId, plannedAt }: Pick<Occurrence, "scheduleId" | "plannedAt">): RowKey {
  return {
    partitionKey: SCHEDULES_PARTITION,
    rowKey: rowKeyOf(OCCURRENCE_KIND, scheduleId, countedDown(plannedAt)),
  };
}

/** The time that the row of a record stands for. */
export function plannedAtOf({ rowKey }: Row): Date {
  return new Date(END_MS - Number(partsOfRowKey(rowKey)[2]));
}

/** Counted downwards, so that the latest come first. All times that a `Date` can be have 16 digits here. */
const END_MS = 5e15;

function countedDown(time: Date): string {
  return String(END_MS - time.getTime()).padStart(16, "0");
}

const SCHEDULE_COLUMNS = jsonColumns("submit");

export function toScheduleRow(schedule: Schedule): Row {
  return { ...scheduleKey(schedule), ...SCHEDULE_COLUMNS.encode(schedule), wakeAt: wakeAtOf(schedule) };
}

/** @throws InvariantError when the row is not one of ours */
export function fromScheduleRow(row: Row): Schedule {
  const parsed = scheduleSchema.safeParse(SCHEDULE_COLUMNS.decode(row));
  if (parsed.success) return parsed.data;
  throw new InvariantError("b6a1f3d2", `Cannot read row "${row.rowKey}" as a schedule`);
}

const OCCURRENCE_COLUMNS = jsonColumns("error", "counts");

export function toOccurrenceRow(occurrence: Occurrence, isOpen: boolean): Row {
  return { ...occurrenceKey(occurrence), ...OCCURRENCE_COLUMNS.encode(occurrence), isOpen };
}

/** @throws InvariantError when the row is not one of ours */
export function fromOccurrenceRow(row: Row): Occurrence {
  const parsed = occurrenceSchema.safeParse(OCCURRENCE_COLUMNS.decode(row));
  if (parsed.success) return parsed.data;
  throw new InvariantError("e40c7a95", `Cannot read row "${row.rowKey}" as an occurrence`);
}
