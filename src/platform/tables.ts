import { TableClient, odata } from "@azure/data-tables";
import type { TableServiceClientOptions } from "@azure/data-tables";
import { newToken } from "./ids.ts";
import type { Beside, Row, RowKey, StoredRow } from "./rows.ts";
import { settle } from "./settle-write.ts";
import { isStatus, storageUnavailable } from "./storage-errors.ts";
import { deleteRow, deleteRows, insertRow, replaceRow, requireEtag } from "./table-writes.ts";

export type { Row, RowKey, StoredRow } from "./rows.ts";

interface RowQuery {
  /** Built with the `odata` tag only: it escapes what it is given. */
  readonly filter: string;
  readonly limit: number;
  /** Columns to read beside the keys; all by default. */
  readonly select?: readonly string[] | undefined;
}

/**
 * A table whose every write is conditional. The SDK repeats a write whose answer was lost, and then sees its own first
 * try as a conflict; so each write carries a `writeId`, and a conflict is believed only after the row was read again.
 */
export interface Table {
  readonly name: string;
  /** @throws when the table does not answer */
  ping(abortSignal: AbortSignal): Promise<void>;
  /** The row, or nothing. */
  get(key: RowKey): Promise<StoredRow | undefined>;
  /** Rows in the order of their keys, at most `limit`. */
  list(query: RowQuery): Promise<StoredRow[]>;
  /** Inserts all rows or none; they share a partition. Returns the etag of the first. @throws VERSION_CONFLICT if any exists */
  create(...rows: readonly [Row, ...Row[]]): Promise<string>;
  /** Replaces the row if it still has this etag, and returns the new one. @throws VERSION_CONFLICT if not */
  save(row: Row, etag: string, beside?: Beside): Promise<string>;
  /** Deletes the row if it still has this etag (`*`: whatever it has); calm if it is gone. @throws VERSION_CONFLICT if it changed */
  delete(key: RowKey, etag: string): Promise<void>;
  /** Deletes up to 100 rows of one partition, whatever their versions; those that are gone stop nothing. */
  clear(keys: readonly RowKey[]): Promise<void>;
}

export { odata };

/** Rows are small: whoever waits longer than this for one, tries together, waits for a connection that is dead. */
const TIMEOUT_MS = 10_000;

interface TableOptions extends Pick<TableServiceClientOptions, "httpClient"> {
  readonly timeoutMs?: number;
}

/** @throws MillraceError STORAGE_UNAVAILABLE from every method when storage cannot do its part */
export function createTable(
  connectionString: string,
  name: string,
  { timeoutMs = TIMEOUT_MS, ...sending }: TableOptions = {},
): Table {
  const client = TableClient.fromConnectionString(connectionString, name, {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1000 }, // as in storage.ts
    ...sending,
  });
  const inTime = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });
  const get = async (key: RowKey) => readRow(client, key, inTime());
  const table: Table = {
    name,
    async ping(abortSignal) {
      await readRow(client, { partitionKey: "ping", rowKey: "ping" }, { abortSignal });
    },
    get,
    list: async (query) => listRows(client, query, inTime()),
    async create(...rows) {
      const writeId = newToken();
      const [first, ...others] = stamped(rows, writeId);
      const attempt = async () => insertRow(client, first, { ...inTime(), insert: others });
      return settle({ key: first, attempt, isDone: writtenBy(writeId) }, get);
    },
    async save(row, etag, { replace = [], put = [], remove = [] } = {}) {
      const writeId = newToken();
      const [first, ...others] = stamped([row, ...put], writeId);
      const attempt = async (gone: readonly RowKey[] = []) =>
        replaceRow(client, first, { ...inTime(), etag, replace, put: others, remove: without(remove, gone) });
      return settle({ key: row, etag, attempt, remove, isDone: writtenBy(writeId) }, get);
    },
    async delete(key, etag) {
      const attempt = async () => deleteRow(client, key, { ...inTime(), etag });
      // Gone is gone, whoever did it: a try of this call's whose answer was lost, or somebody else.
      await settle({ key, etag, attempt, isDone: (stored) => !stored }, get);
    },
    async clear(keys) {
      try {
        await deleteRows(client, keys, inTime());
      } catch (thrown) {
        if (!isStatus(thrown, 404)) throw storageUnavailable(thrown);
        for (const key of keys) await table.delete(key, "*");
      }
    },
  };
  return table;
}

function stamped([first, ...others]: readonly [Row, ...Row[]], writeId: string): [Row, ...Row[]] {
  return [{ ...first, writeId }, ...others.map((row) => ({ ...row, writeId }))];
}

function writtenBy(writeId: string): (stored: StoredRow | undefined) => boolean {
  return (stored) => stored?.row["writeId"] === writeId;
}

function without(keys: readonly RowKey[], gone: readonly RowKey[]): RowKey[] {
  return keys.filter((key) => !gone.includes(key));
}

interface Patience {
  readonly abortSignal: AbortSignal;
}

async function readRow(
  client: TableClient,
  { partitionKey, rowKey }: RowKey,
  patience: Patience,
): Promise<StoredRow | undefined> {
  try {
    return toStoredRow(await client.getEntity(partitionKey, rowKey, patience));
  } catch (thrown) {
    if (isStatus(thrown, 404)) return undefined;
    throw storageUnavailable(thrown);
  }
}

/** Asked for with whatever is selected: a row's etag is made of its timestamp. */
const SYSTEM_PROPERTIES = ["PartitionKey", "RowKey", "Timestamp"];

async function listRows(
  client: TableClient,
  { filter, limit, select }: RowQuery,
  patience: Patience,
): Promise<StoredRow[]> {
  const found: StoredRow[] = [];
  const queryOptions = { filter, ...(select && { select: [...SYSTEM_PROPERTIES, ...select] }) };
  try {
    for await (const page of client.listEntities({ queryOptions, ...patience }).byPage({ maxPageSize: limit })) {
      found.push(...page.map(toStoredRow));
      if (found.length >= limit) break;
    }
  } catch (thrown) {
    throw storageUnavailable(thrown);
  }
  return found.slice(0, limit);
}

function toStoredRow(entity: Record<string, unknown>): StoredRow {
  const { etag, timestamp: _written, "odata.metadata": _metadata, ...row } = entity;
  return { row: row as Row, etag: requireEtag(etag) };
}
