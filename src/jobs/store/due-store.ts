import { deadLetterIdSchema, jobIdSchema, workspaceIdSchema } from "../../contract/ids.ts";
import { InvariantError } from "../../platform/errors.ts";
import { partsOfRowKey, rowKeyOf, rowKeysUnder } from "../../platform/partitions.ts";
import { odata } from "../../platform/tables.ts";
import type { Row, RowKey, StoredRow, Table } from "../../platform/tables.ts";
import type { JobRef } from "../life/job.ts";
import { deadLetterKey } from "./dead-letter-row.ts";
import type { MessageLetter } from "./dead-letter.ts";
import { partitionOf } from "./job-row.ts";

export const WAKE_UP_KIND = "due";

/** A row that wakes the supervisor up for a job. All it says stands in its key, so that it can be found by time. */
export interface WakeUp extends JobRef {
  readonly at: Date;
}

/** A wake-up row as it is written. `purge`: of a job that has ended, and nobody waits for it. */
export function wakeUpRow({ purge = false, ...wakeUp }: WakeUp & { readonly purge?: boolean }): Row {
  return { ...wakeUpKey(wakeUp), ...(purge && { purge }) };
}

/** Whether the row is there only for a record to go: what must never keep the supervisor from jobs that are to end. */
export function isForPurge({ purge }: Row): boolean {
  return purge === true;
}

/** Beside the job, in its partition; the earliest come first. */
export function wakeUpKey({ workspaceId, jobId, at }: WakeUp): RowKey {
  return { partitionKey: partitionOf({ jobId }), rowKey: rowKeyOf(WAKE_UP_KIND, at.toISOString(), workspaceId, jobId) };
}

/** For the letter of a message, which has no job that it could go with: when it is to go. Beside it, in its partition. */
export function letterWakeUpRow({ deadLetterId, expiresAt }: Pick<MessageLetter, "deadLetterId" | "expiresAt">): Row {
  const { partitionKey } = deadLetterKey(deadLetterId);
  return { partitionKey, rowKey: rowKeyOf(WAKE_UP_KIND, expiresAt.toISOString(), deadLetterId), purge: true };
}

/** The letter of a message that a wake-up row is for; none if it is for a job. */
export function letterOfWakeUp({ rowKey }: RowKey): string | undefined {
  return deadLetterIdSchema.safeParse(partsOfRowKey(rowKey)[2]).data;
}

interface DuePage {
  readonly partition: string;
  /** Up to and with this time. */
  readonly until: Date;
  /** Only rows behind this one. */
  readonly behind?: RowKey | undefined;
  readonly limit: number;
}

/** How often somebody was rung for by a wake-up row, and when last: such a row stays until what it is for is done. */
export interface Ring {
  readonly rings: number;
  readonly rungAt: Date;
}

export function ringOf({ rings, rungAt }: Row): Ring | undefined {
  return typeof rings === "number" && rungAt instanceof Date ? { rings, rungAt } : undefined;
}

export interface DueStore {
  /** Wake-up rows whose time has come, oldest first. @throws MillraceError STORAGE_UNAVAILABLE */
  list(page: DuePage): Promise<StoredRow[]>;
  /** Deletes a wake-up row as it was read; calm if it is gone. @throws MillraceError VERSION_CONFLICT, STORAGE_UNAVAILABLE */
  drop(stored: StoredRow): Promise<void>;
  /** Writes down that somebody was rung for. @throws MillraceError VERSION_CONFLICT, STORAGE_UNAVAILABLE */
  noteRing(stored: StoredRow, ring: Ring): Promise<void>;
}

export function createDueStore(table: Table): DueStore {
  return {
    async list({ partition, until, behind, limit }) {
      const after = behind?.rowKey ?? rowKeysUnder(WAKE_UP_KIND).after;
      const { before } = rowKeysUnder(WAKE_UP_KIND, until.toISOString());
      return table.list({
        filter: odata`PartitionKey eq ${partition} and RowKey gt ${after} and RowKey lt ${before}`,
        limit,
      });
    },
    drop: async ({ row, etag }) => table.delete(row, etag),
    async noteRing({ row, etag }, ring) {
      await table.save({ ...row, ...ring }, etag);
    },
  };
}

/** @throws InvariantError when the key is not one of ours */
export function readWakeUp({ rowKey }: Row): WakeUp {
  const [, time = "", workspaceId, jobId, ...more] = partsOfRowKey(rowKey);
  const at = new Date(time);
  const ids = [workspaceIdSchema.safeParse(workspaceId), jobIdSchema.safeParse(jobId)] as const;
  if (ids[0].success && ids[1].success && more.length === 0 && !Number.isNaN(at.getTime()))
    return { at, workspaceId: ids[0].data, jobId: ids[1].data };
  throw new InvariantError("e1b05d3c", `Cannot read row ${JSON.stringify(rowKey)} as a wake-up`);
}
