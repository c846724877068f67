import { deadLetterIdOf } from "../../platform/ids.ts";
import { odata } from "../../platform/tables.ts";
import type { Row, RowKey, StoredRow, Table } from "../../platform/tables.ts";
import type { Job, JobRef } from "../life/job.ts";
import { deadLetterKey } from "./dead-letter-row.ts";
import { wakeUpRow } from "./due-store.ts";
import { historyKey, historyKeys } from "./history.ts";
import { JOB_KEYS } from "./idempotency.ts";
import { jobKey, partitionOf } from "./job-row.ts";
import type { StoredJob } from "./job-store.ts";
import { toTombstoneRow } from "./tombstone.ts";
import type { StoredTombstone, Tombstone } from "./tombstone.ts";

export interface TombstoneStore {
  /**
   * Puts the tombstone in the job's place if nobody changed the job since it was read. In the same transaction its key
   * is free again, its current dead letter goes, and its wake-up row is due now, for what is left to be removed.
   *
   * @throws MillraceError VERSION_CONFLICT, STORAGE_UNAVAILABLE
   */
  bury(stored: StoredJob, tombstone: Tombstone): Promise<StoredTombstone>;
  /**
   * Removes the rows that the job has left, but for the first line of its history: the books need it as long as the
   * tombstone stands. Then the wake-up row is due when the tombstone is to be forgotten.
   *
   * @throws MillraceError VERSION_CONFLICT when another is at it, STORAGE_UNAVAILABLE
   */
  clean(stored: StoredTombstone): Promise<StoredTombstone>;
  /** Removes the last that is known of the job; calm where it is gone. @throws MillraceError VERSION_CONFLICT, STORAGE_UNAVAILABLE */
  forget(stored: StoredTombstone): Promise<void>;
}

/** Lines of a history that go in one transaction: it holds 100 rows, and the tombstone and its wake-up rows are three. */
const PAGE_ROWS = 90;

export function createTombstoneStore(table: Table): TombstoneStore {
  /** Replaces the row under the tombstone's key, and moves its wake-up row. */
  const put = async (
    tombstone: Tombstone,
    before: { readonly etag: string; readonly dueAt?: Date | undefined },
    { dueAt, remove }: { readonly dueAt: Date; readonly remove: readonly RowKey[] },
  ): Promise<StoredTombstone> => {
    const isMoved = dueAt.getTime() !== before.dueAt?.getTime();
    const old = isMoved && before.dueAt ? [wakeUpRow({ ...tombstone, at: before.dueAt })] : [];
    const etag = await table.save(toTombstoneRow(tombstone, dueAt), before.etag, {
      put: isMoved ? [wakeUpRow({ ...tombstone, at: dueAt, purge: true })] : [],
      remove: [...old, ...remove],
    });
    return { tombstone, etag, dueAt };
  };
  const clean = async (stored: StoredTombstone): Promise<StoredTombstone> => {
    const { tombstone, dueAt = tombstone.at } = stored;
    const lines = await table.list({ filter: laterLines(tombstone), limit: PAGE_ROWS });
    for (const letter of lines.flatMap(letterOf)) await table.delete(letter, "*");
    const isLast = lines.length < PAGE_ROWS;
    const remove = lines.map(({ row }) => row);
    const cleaned = await put(tombstone, stored, { dueAt: isLast ? tombstone.forgetAt : dueAt, remove });
    return isLast ? cleaned : clean(cleaned);
  };
  return {
    clean,
    bury: async (stored, tombstone) => put(tombstone, stored, { dueAt: tombstone.at, remove: rowsOf(stored.job) }),
    async forget({ tombstone, etag, dueAt }) {
      // In this order, so that what is left after a crash is found by its wake-up row, and by the tombstone's key.
      await table.delete(historyKey(tombstone, 1), "*");
      await table.delete(jobKey(tombstone), etag);
      if (dueAt) await table.delete(wakeUpRow({ ...tombstone, at: dueAt }), "*");
    },
  };
}

/** What must not outlive the job for a moment: whoever uses its key has a new job, and its letter could be replayed. */
function rowsOf(job: Job): RowKey[] {
  return [
    ...(job.keyDigest ? [JOB_KEYS.rowKey({ ...job, keyDigest: job.keyDigest })] : []),
    ...(job.phase === "failed" ? [deadLetterKey(deadLetterIdOf(job.operationId, job.endedAt))] : []),
  ];
}

function laterLines(ref: JobRef): string {
  const { after, before } = historyKeys(ref);
  return odata`PartitionKey eq ${partitionOf(ref)} and RowKey gt ${after} and RowKey lt ${before} and version gt ${1}`;
}

/** The letter of the failure that the line tells of. Its id follows from the line, so letters go before their lines. */
function letterOf({ row }: StoredRow): RowKey[] {
  const { event, operationId, at } = row as Row & { readonly operationId?: unknown };
  if (event !== "gaveUp" || typeof operationId !== "string" || !(at instanceof Date)) return [];
  return [deadLetterKey(deadLetterIdOf(operationId, at))];
}
