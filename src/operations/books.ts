import { BATCH_STATUS_OF } from "../batches/batch-phases.ts";
import { BATCH_KIND } from "../batches/batch-store.ts";
import type { BatchStatus } from "../contract/batch-view.ts";
import type { JobStatus } from "../contract/job-view.ts";
import type { JobRef } from "../jobs/life/job.ts";
import { STATUS_OF } from "../jobs/life/lifecycle.ts";
import { DEAD_LETTER_KIND } from "../jobs/store/dead-letter-row.ts";
import { HISTORY_KIND, historyKey } from "../jobs/store/history.ts";
import { JOB_KIND, jobKey, jobOfRowKey } from "../jobs/store/job-row.ts";
import { isTombstoneRow } from "../jobs/store/tombstone.ts";
import type { Clock } from "../platform/clock.ts";
import { PARTITIONS, partsOfRowKey, rowKeyOf } from "../platform/partitions.ts";
import { odata } from "../platform/tables.ts";
import type { Row, StoredRow, Table } from "../platform/tables.ts";
import { inStep } from "./in-step.ts";
import { scanRows } from "./pass.ts";
import type { Pass } from "./pass.ts";

/**
 * What was accepted and what became of it, from two sets of rows that say it independently: the first lines of all
 * histories, and the jobs with the tombstones. Derived by reading everything, for people: nothing is ever decided on it.
 */
export interface Books {
  /** When the reading began. */
  readonly asOf: Date;
  /** First lines of histories. */
  readonly accepted: number;
  /** Tombstones. */
  readonly gone: number;
  readonly jobs: Readonly<Record<JobStatus, number>>;
  readonly batches: Readonly<Record<BatchStatus, number>>;
  readonly openDeadLetters: number;
  /** Accepted, and neither a job that can be read nor its tombstone is there. */
  readonly unaccounted: readonly JobRef[];
  /** There, and nothing says that they were accepted. */
  readonly unrecorded: readonly JobRef[];
  /** The time was up before everything was read: the numbers are of what was. */
  readonly wasCutShort: boolean;
}

export interface BooksDeps {
  readonly storage: { readonly jobs: Table };
  readonly clock: Clock;
}

/** Accepted less what is gone is the sum of all jobs, whatever their status; and it is so job by job. */
export function isBalanced({ accepted, gone, jobs, unaccounted, unrecorded }: Books): boolean {
  const sum = Object.values(jobs).reduce((total, count) => total + count, 0);
  return accepted - gone === sum && unaccounted.length + unrecorded.length === 0;
}

/** @throws MillraceError STORAGE_UNAVAILABLE */
export async function readBooks({ storage, clock }: BooksDeps, pass: Pass): Promise<Books> {
  const books = {
    ...EMPTY,
    asOf: clock.now(),
    jobs: { ...EMPTY.jobs },
    batches: { ...EMPTY.batches },
    unaccounted: [],
    unrecorded: [],
  };
  await Promise.all(
    PARTITIONS.map(async (partition) => readPartition(pass, { table: storage.jobs, partition, books })),
  );
  return { ...books, wasCutShort: pass.wasCutShort };
}

const EMPTY = {
  accepted: 0,
  gone: 0,
  jobs: { accepted: 0, running: 0, completed: 0, failed: 0, cancelled: 0 },
  batches: { accepted: 0, running: 0, completed: 0, failed: 0, cancelled: 0 },
  openDeadLetters: 0,
};

type OpenBooks = typeof EMPTY & {
  readonly asOf: Date;
  readonly unaccounted: JobRef[];
  readonly unrecorded: JobRef[];
};

interface Reading {
  readonly table: Table;
  readonly partition: string;
  readonly books: OpenBooks;
}

async function readPartition(pass: Pass, { table, partition, books }: Reading): Promise<void> {
  const from = { table, partition };
  const lines = scanRows(pass, { ...from, kind: HISTORY_KIND, where: odata`version eq ${1}`, select: [] });
  const records = scanRows(pass, { ...from, kind: JOB_KIND, select: ["phase", "forgetAt"] });
  for await (const { left: line, right: record, key } of inStep(lines, records, placeOf)) {
    const ref = jobOfRowKey(rowKeyOf(JOB_KIND, key));
    // A job can be accepted or go while this is read: where the two differ, the rows themselves have the last word.
    if (line && record) enter(books, { ref, line, record });
    else if (!pass.isOver()) enter(books, { ref, ...(await lookAgain(table, ref)) });
  }
  const isOpen = odata`status eq ${"open"}`;
  for await (const _letter of scanRows(pass, { ...from, kind: DEAD_LETTER_KIND, where: isOpen, select: [] }))
    books.openDeadLetters++;
  for await (const { row } of scanRows(pass, { ...from, kind: BATCH_KIND, select: ["phase"] })) {
    const status = batchStatusOf(row);
    if (status) books.batches[status]++;
  }
}

/** What the keys of a job's row and of its history's lines have in common, and sort by. */
function placeOf({ row }: StoredRow): string {
  return rowKeyOf(...partsOfRowKey(row.rowKey).slice(1, 3));
}

interface Entry {
  readonly ref: JobRef;
  readonly line: StoredRow | undefined;
  readonly record: StoredRow | undefined;
}

/** The record before the line: whoever forgets a job removes the line first. */
async function lookAgain(table: Table, ref: JobRef): Promise<Omit<Entry, "ref">> {
  const record = await table.get(jobKey(ref));
  return { record, line: await table.get(historyKey(ref, 1)) };
}

function enter(books: OpenBooks, { ref, line, record }: Entry): void {
  if (!line && (!record || isBeingForgotten(record.row, books.asOf))) return;
  if (line) books.accepted++;
  else books.unrecorded.push(ref);
  const status = record && statusOf(record.row);
  if (record && isTombstoneRow(record.row)) books.gone++;
  else if (status) books.jobs[status]++;
  else books.unaccounted.push(ref);
}

function isBeingForgotten(row: Row, now: Date): boolean {
  const { forgetAt } = row;
  return isTombstoneRow(row) && forgetAt instanceof Date && forgetAt <= now;
}

/** Nothing for one that is going. */
function batchStatusOf({ phase }: Row): BatchStatus | undefined {
  return (BATCH_STATUS_OF as Readonly<Record<string, BatchStatus>>)[String(phase)];
}

function statusOf({ phase }: Row): JobStatus | undefined {
  return (STATUS_OF as Readonly<Record<string, JobStatus>>)[String(phase)];
}
