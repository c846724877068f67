import { z } from "zod";
import { operationIdSchema, workspaceIdSchema } from "../contract/ids.ts";
import { InvariantError, MillraceError } from "../platform/errors.ts";
import { newestFirst } from "../platform/ids.ts";
import { jsonColumns } from "../platform/json-columns.ts";
import { PARTITIONS, partsOfRowKey, rowKeyOf, rowKeysUnder } from "../platform/partitions.ts";
import { odata } from "../platform/tables.ts";
import type { Row, RowKey, StoredRow, Table } from "../platform/tables.ts";
import { bulkReplaySchema } from "./bulk-replay.ts";
import type { BulkReplay } from "./bulk-replay.ts";

/** A replay of many as it was read, with the version that the next write must name. */
export interface StoredBulkReplay {
  readonly replay: BulkReplay;
  readonly etag: string;
}

/** A row of a list: the replay, or why the row cannot be read as one. */
export type ListedBulkReplay =
  | { readonly replayId: string; readonly stored: StoredBulkReplay }
  | { readonly replayId: string; readonly unreadable: unknown };

export interface BulkReplayStore {
  create(replay: BulkReplay): Promise<StoredBulkReplay>;
  /** @throws MillraceError NOT_FOUND */
  require(replayId: string): Promise<StoredBulkReplay>;
  /** Replaces it if nobody changed it since it was read. @throws MillraceError VERSION_CONFLICT if somebody did */
  save(replay: BulkReplay, etag: string): Promise<StoredBulkReplay>;
  delete(stored: StoredBulkReplay): Promise<void>;
  /** Those that are running, and those that are to go by now. */
  listDue(now: Date): Promise<ListedBulkReplay[]>;
}

const KIND = "replay";
/** There are few of them, so that all stand in one partition: one query finds them. */
const [PARTITION = ""] = PARTITIONS;
/** More than operators begin; what is behind them comes when they have ended. */
const MAX_LISTED = 100;

export function createBulkReplayStore(table: Table): BulkReplayStore {
  return {
    create: async (replay) => ({ replay, etag: await table.create(toRow(replay)) }),
    async require(replayId) {
      const stored = await table.get(keyOf(replayId));
      if (stored) return { replay: fromRow(stored.row), etag: stored.etag };
      throw new MillraceError("NOT_FOUND", "There is no replay with this id");
    },
    save: async (replay, etag) => ({ replay, etag: await table.save(toRow(replay), etag) }),
    delete: async ({ replay, etag }) => table.delete(keyOf(replay.replayId), etag),
    async listDue(now) {
      const { after, before } = rowKeysUnder(KIND);
      const within = odata`PartitionKey eq ${PARTITION} and RowKey gt ${after} and RowKey lt ${before}`;
      const filter = `${within} and ${odata`(status eq ${"running"} or expiresAt le ${now})`}`;
      const found = await table.list({ filter, limit: MAX_LISTED });
      return found.map(listed);
    },
  };
}

/** One row that cannot be read must not hold up all the others. */
function listed({ row, etag }: StoredRow): ListedBulkReplay {
  const replayId = `replay_${newestFirst(partsOfRowKey(row.rowKey)[1] ?? "")}`;
  try {
    return { replayId, stored: { replay: fromRow(row), etag } };
  } catch (thrown) {
    return { replayId, unreadable: thrown };
  }
}

function keyOf(replayId: string): RowKey {
  return { partitionKey: PARTITION, rowKey: rowKeyOf(KIND, newestFirst(replayId)) };
}

const COLUMNS = jsonColumns("filter", "underWay");

/** Operations under way are kept as pairs: hundreds of them are to fit one column. */
const storedSchema = bulkReplaySchema.extend({
  underWay: z
    .array(z.tuple([workspaceIdSchema, operationIdSchema]))
    .transform((pairs) => pairs.map(([workspaceId, operationId]) => ({ workspaceId, operationId }))),
});

function toRow({ underWay, ...columns }: BulkReplay): Row {
  const pairs = underWay.map(({ workspaceId, operationId }) => [workspaceId, operationId]);
  return { ...keyOf(columns.replayId), ...COLUMNS.encode({ ...columns, underWay: pairs }) };
}

/** @throws InvariantError when the row is not one of ours */
function fromRow(row: Row): BulkReplay {
  const parsed = storedSchema.safeParse(COLUMNS.decode(row));
  if (parsed.success) return parsed.data;
  throw new InvariantError("77c1e0ad", `Cannot read row "${row.rowKey}" as a replay of many`);
}
