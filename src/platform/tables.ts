import { TableClient, odata } from "@azure/data-tables";
import type { TableServiceClientOptions, TransactionAction } from "@azure/data-tables";
import { MillraceError } from "./errors.ts";
import { newToken } from "./ids.ts";
import { isStatus, storageUnavailable } from "./storage-errors.ts";

export interface RowKey {
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** What a row holds: flat values, as Table Storage knows them. */
export type Row = RowKey & Readonly<Record<string, string | number | boolean | Date | undefined>>;

/** A row as it was read, with the version that a conditional write must name. */
interface StoredRow {
  readonly row: Row;
  readonly etag: string;
}

interface RowQuery {
  /** Built with the `odata` tag only: it escapes what it is given. */
  readonly filter: string;
  readonly limit: number;
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
  save(row: Row, etag: string): Promise<string>;
  /** Deletes the row if it still has this etag (`*`: whatever it has); calm if it is gone. @throws VERSION_CONFLICT if it changed */
  delete(key: RowKey, etag: string): Promise<void>;
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
  return {
    name,
    async ping(abortSignal) {
      await readRow(client, { partitionKey: "ping", rowKey: "ping" }, { abortSignal });
    },
    get,
    list: async (query) => listRows(client, query, inTime()),
    async create(...rows) {
      const writeId = newToken();
      try {
        return await insert(client, stamped(rows, writeId), inTime());
      } catch (thrown) {
        return settleConflict(thrown, writeId, () => get(rows[0]));
      }
    },
    async save(row, etag) {
      const writeId = newToken();
      try {
        const saved = await client.updateEntity({ ...row, writeId }, "Replace", { etag, ...inTime() });
        return requireEtag(saved.etag);
      } catch (thrown) {
        return settleConflict(thrown, writeId, () => get(row));
      }
    },
    async delete({ partitionKey, rowKey }, etag) {
      try {
        await client.deleteEntity(partitionKey, rowKey, { etag, ...inTime() });
      } catch (thrown) {
        if (isStatus(thrown, 404)) return;
        if (isStatus(thrown, 412)) throw versionConflict(thrown);
        throw storageUnavailable(thrown);
      }
    },
  };
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

async function listRows(client: TableClient, { filter, limit }: RowQuery, patience: Patience): Promise<StoredRow[]> {
  const found: StoredRow[] = [];
  try {
    for await (const page of client
      .listEntities({ queryOptions: { filter }, ...patience })
      .byPage({ maxPageSize: limit })) {
      found.push(...page.map(toStoredRow));
      if (found.length >= limit) break;
    }
  } catch (thrown) {
    throw storageUnavailable(thrown);
  }
  return found.slice(0, limit);
}

async function insert(client: TableClient, rows: readonly [Row, ...Row[]], patience: Patience): Promise<string> {
  if (rows.length === 1) return requireEtag((await client.createEntity(rows[0], patience)).etag);
  const actions: TransactionAction[] = rows.map((row) => ["create", row]);
  const answer = await client.submitTransaction(actions, patience);
  return requireEtag(answer.getResponseForEntity(rows[0].rowKey)?.etag);
}

function stamped([first, ...others]: readonly [Row, ...Row[]], writeId: string): [Row, ...Row[]] {
  return [{ ...first, writeId }, ...others.map((row) => ({ ...row, writeId }))];
}

/** After 409 or 412: if the row there was written by this very call, the call succeeded and only its answer was lost. */
async function settleConflict(
  thrown: unknown,
  writeId: string,
  reread: () => Promise<StoredRow | undefined>,
): Promise<string> {
  if (!isStatus(thrown, 404, 409, 412)) throw storageUnavailable(thrown);
  const stored = await reread();
  if (stored?.row["writeId"] === writeId) return stored.etag;
  throw versionConflict(thrown);
}

function versionConflict(cause: unknown): MillraceError {
  return new MillraceError("VERSION_CONFLICT", "The row was changed by somebody else meanwhile", { cause });
}

function toStoredRow(entity: Record<string, unknown>): StoredRow {
  const { etag, timestamp: _written, "odata.metadata": _metadata, ...row } = entity;
  return { row: row as Row, etag: requireEtag(etag) };
}

function requireEtag(etag: unknown): string {
  if (typeof etag === "string" && etag !== "") return etag;
  throw new MillraceError("STORAGE_UNAVAILABLE", "Storage answered without an etag");
}
