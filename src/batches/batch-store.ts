import type { Patience } from "../jobs/life/due.ts";
import { WAKE_UP_KIND } from "../jobs/store/due-store.ts";
import { createKeyRows } from "../jobs/store/idempotency.ts";
import type { IdempotencyKey, KeyRecord } from "../jobs/store/idempotency.ts";
import { clearRows } from "../platform/clear-rows.ts";
import { MillraceError, InvariantError } from "../platform/errors.ts";
import { newestFirst } from "../platform/ids.ts";
import { jsonColumns } from "../platform/json-columns.ts";
import { listEverywhere } from "../platform/list-everywhere.ts";
import { partitionOfId, partsOfRowKey, rowKeyOf, rowKeysUnder } from "../platform/partitions.ts";
import { odata } from "../platform/tables.ts";
import type { Row, RowKey, StoredRow, Table } from "../platform/tables.ts";
import { readBatchLine, toBatchLine, batchLineKeys } from "./batch-line.ts";
import type { BatchLine } from "./batch-line.ts";
import { isOver, mayStand } from "./batch-phases.ts";
import type { BatchPhase } from "./batch-phases.ts";
import { batchSchema } from "./batch.ts";
import type { Batch, BatchRef } from "./batch.ts";

/** A batch as it was read, with what the next write must name. */
export interface StoredBatch {
  readonly batch: Batch;
  readonly etag: string;
  readonly dueAt: Date;
}

/** The keys of batches. */
export const BATCH_KEYS = createKeyRows("batchkey", "batchId");
export type BatchKeyRecord = KeyRecord<"batchId">;

export interface BatchFilter {
  readonly workspaceId: string;
  readonly phases?: readonly BatchPhase[] | undefined;
  /** Only batches older than this one. */
  readonly olderThan?: string | undefined;
  readonly limit: number;
}

/** A row of a list: the batch, or why the row cannot be read as one. */
export type ListedBatch =
  { readonly batchId: string; readonly batch: Batch } | { readonly batchId: string; readonly unreadable: unknown };

export interface BatchStore {
  get(ref: BatchRef): Promise<StoredBatch | undefined>;
  /** @throws MillraceError BATCH_NOT_FOUND */
  require(ref: BatchRef): Promise<StoredBatch>;
  /** Inserts the batch, with its wake-up row, its first line and its key. @throws VERSION_CONFLICT if one exists */
  create(batch: Batch, key?: BatchKeyRecord): Promise<StoredBatch>;
  /**
   * Replaces it if nobody changed it since it was read; its wake-up row moves, and its history grows. When it goes, its
   * key is free again.
   *
   * @throws VERSION_CONFLICT
   */
  save(batch: Batch, stored: StoredBatch): Promise<StoredBatch>;
  findByKey(key: Omit<IdempotencyKey, "fingerprint">): Promise<BatchKeyRecord | undefined>;
  /** Newest first, at most `limit`. */
  list(filter: BatchFilter): Promise<ListedBatch[]>;
  /** What happened to it, newest first, at most `limit`. */
  listLines(ref: BatchRef, limit: number): Promise<BatchLine[]>;
  /** Puts its wake-up row back if it is missing, unless somebody changes the batch meanwhile. Returns whether it was. */
  wakeAgain(stored: StoredBatch): Promise<boolean>;
  /** Removes a wake-up row that is for nothing; calm if it is gone. */
  dropWakeUp(ref: BatchRef, at: Date): Promise<void>;
  /** Removes what is known of it, the row itself last but for what wakes up for it. */
  forget(stored: StoredBatch): Promise<void>;
}

export const BATCH_KIND = "batch";

/** Batches stand in the table of jobs: the supervisor finds their wake-up rows among those of jobs. */
export function createBatchStore(table: Table, patience: Patience): BatchStore {
  const get = async (ref: BatchRef): Promise<StoredBatch | undefined> => {
    const stored = await table.get(batchKey(ref));
    return stored && { batch: fromRow(stored.row), etag: stored.etag, dueAt: dueAtOf(stored.row) };
  };
  const rows = (batch: Batch) => {
    const dueAt = dueTime(batch, patience);
    return { dueAt, row: { ...toRow(batch), dueAt }, wakeUp: wakeUpRow(batch, dueAt), line: toBatchLine(batch) };
  };
  return {
    get,
    async require(ref) {
      const stored = await get(ref);
      if (stored && stored.batch.phase !== "gone") return stored;
      throw new MillraceError("BATCH_NOT_FOUND", "There is no batch with this id in this workspace");
    },
    async create(batch, key) {
      const { dueAt, row, wakeUp, line } = rows(batch);
      const etag = await table.create(row, wakeUp, line, ...(key ? [BATCH_KEYS.toRow(key)] : []));
      return { batch, etag, dueAt };
    },
    async save(batch, stored) {
      const { dueAt, row, wakeUp, line } = rows(batch);
      const isMoved = dueAt.getTime() !== stored.dueAt.getTime();
      const remove = [
        ...(isMoved ? [wakeUpRow(batch, stored.dueAt)] : []),
        ...(batch.phase === "gone" ? keysOf(batch) : []),
      ];
      const etag = await table.save(row, stored.etag, { put: [wakeUp, line], remove });
      return { batch, etag, dueAt };
    },
    findByKey: async (key) => BATCH_KEYS.find(table, key),
    list: async (filter) =>
      (await listEverywhere(table, (partition) => toOData(partition, filter), filter.limit)).map(listed),
    async listLines(ref, limit) {
      return (await table.list({ filter: linesOf(ref), limit })).map(({ row }) => readBatchLine(row));
    },
    async wakeAgain({ batch, etag, dueAt }) {
      if (await table.get(wakeUpKey(batch, dueAt))) return false;
      // It moves with every change of the batch: only if that stands still is it missing.
      if ((await table.get(batchKey(batch)))?.etag !== etag) return false;
      await table.create(wakeUpRow(batch, dueAt));
      return true;
    },
    dropWakeUp: async (ref, at) => table.delete(wakeUpKey(ref, at), "*"),
    async forget({ batch, etag, dueAt }) {
      await clearRows(table, linesOf(batch));
      await table.delete(batchKey(batch), etag);
      await table.delete(wakeUpRow(batch, dueAt), "*");
    },
  };
}

/** When somebody is to look at it, should nothing happen to it until then; when it has ended, it goes then. */
function dueTime({ updatedAt, expiresAt, phase }: Batch, { messageMs }: Patience): Date {
  return expiresAt && phase !== "gone" ? expiresAt : new Date(updatedAt.getTime() + messageMs);
}

function wakeUpRow(batch: Batch, at: Date): Row {
  return { ...wakeUpKey(batch, at), ...(isOver(batch.phase) && { purge: true }), mayStand: mayStand(batch.phase) };
}

/** Among the wake-up rows of jobs, in the batch's partition. */
function wakeUpKey({ workspaceId, batchId }: BatchRef, at: Date): RowKey {
  const rowKey = rowKeyOf(WAKE_UP_KIND, at.toISOString(), workspaceId, batchId);
  return { partitionKey: partitionOfId(batchId), rowKey };
}

export function batchKey({ workspaceId, batchId }: BatchRef): RowKey {
  return { partitionKey: partitionOfId(batchId), rowKey: rowKeyOf(BATCH_KIND, workspaceId, newestFirst(batchId)) };
}

/** The batch that a row key names, be the row itself readable or not: its own, or of a line of its history. */
export function batchOfRowKey(rowKey: string): BatchRef {
  const [, workspaceId = "", digits = ""] = partsOfRowKey(rowKey);
  return { workspaceId, batchId: `batch_${newestFirst(digits)}` };
}

const COLUMNS = jsonColumns("last");

function toRow(batch: Batch): Row {
  return { ...batchKey(batch), ...COLUMNS.encode(batch) };
}

/** @throws InvariantError when the row is not a batch */
function fromRow(row: Row): Batch {
  const parsed = batchSchema.safeParse(COLUMNS.decode(row));
  if (parsed.success) return parsed.data;
  throw new InvariantError("5e7a1cb4", `Cannot read row "${row.rowKey}" as a batch`);
}

function dueAtOf({ rowKey, dueAt }: Row): Date {
  if (dueAt instanceof Date) return dueAt;
  throw new InvariantError("f3308d19", `Cannot read when row "${rowKey}" is due`);
}

/** What must not outlive the batch for a moment: whoever uses its key has a new batch. */
function keysOf({ keyDigest, ...ref }: Batch): RowKey[] {
  return keyDigest ? [BATCH_KEYS.rowKey({ ...ref, keyDigest })] : [];
}

/** One row that cannot be read must not hide all the others. */
function listed({ row }: StoredRow): ListedBatch {
  const { batchId } = batchOfRowKey(row.rowKey);
  try {
    return { batchId, batch: fromRow(row) };
  } catch (thrown) {
    return { batchId, unreadable: thrown };
  }
}

function toOData(partition: string, { workspaceId, phases, olderThan }: BatchFilter): string {
  const { after, before } = rowKeysUnder(BATCH_KIND, workspaceId);
  const from = olderThan ? batchKey({ workspaceId, batchId: olderThan }).rowKey : after;
  const within = odata`PartitionKey eq ${partition} and RowKey gt ${from} and RowKey lt ${before}`;
  const wanted = phases?.map((phase) => odata`phase eq ${phase}`).join(" or ");
  return `${within} and (${wanted ?? odata`phase ne ${"gone"}`})`;
}

function linesOf(ref: BatchRef): string {
  const { after, before } = batchLineKeys(ref);
  return odata`PartitionKey eq ${partitionOfId(ref.batchId)} and RowKey gt ${after} and RowKey lt ${before}`;
}
