import { digest } from "../jobs/store/idempotency.ts";
import { InvariantError } from "../platform/errors.ts";
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

export function toScheduleRow(schedule: Schedule): Row {
  const { submit, ...columns } = schedule;
  return { ...scheduleKey(schedule), ...columns, submit: JSON.stringify(submit), wakeAt: wakeAtOf(schedule) };
}

/** @throws InvariantError when the row is not one of ours */
export function fromScheduleRow(row: Row): Schedule {
  const parsed = scheduleSchema.safeParse({ ...row, submit: parseColumn(row, "submit") });
  if (parsed.success) return parsed.data;
  throw new InvariantError("b6a1f3d2", `Cannot read row "${row.rowKey}" as a schedule`);
}

export function toOccurrenceRow(occurrence: Occurrence, isOpen: boolean): Row {
  const { error, ...columns } = occurrence;
  return { ...occurrenceKey(occurrence), ...columns, isOpen, ...(error && { error: JSON.stringify(error) }) };
}

/** @throws InvariantError when the row is not one of ours */
export function fromOccurrenceRow(row: Row): Occurrence {
  const { error: _text, ...columns } = row;
  const error = parseColumn(row, "error");
  const parsed = occurrenceSchema.safeParse({ ...columns, ...(error !== undefined && { error }) });
  if (parsed.success) return parsed.data;
  throw new InvariantError("e40c7a95", `Cannot read row "${row.rowKey}" as an occurrence`);
}

function parseColumn(row: Row, name: string): unknown {
  const text = row[name];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(String(text)) as unknown;
  } catch {
    throw new InvariantError("29d85e07", `Cannot read column "${name}" of row "${row.rowKey}"`);
  }
}
