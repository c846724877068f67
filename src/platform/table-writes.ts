import type { TableClient, TransactionAction } from "@azure/data-tables";
import { InvariantError, MillraceError } from "./errors.ts";
import type { Row, RowKey, StoredRow } from "./rows.ts";

interface Patience {
  readonly abortSignal: AbortSignal;
}

/** Inserts the row and the others with it, all or none. Returns the etag of the first. */
export async function insertRow(
  client: TableClient,
  row: Row,
  { insert, ...patience }: Patience & { readonly insert: readonly Row[] },
): Promise<string> {
  if (insert.length === 0) return requireEtag((await client.createEntity(row, patience)).etag);
  return firstEtag(await client.submitTransaction([row, ...insert].map(creating), patience));
}

interface Replacing extends Patience {
  readonly etag: string;
  readonly replace: readonly StoredRow[];
  readonly put: readonly Row[];
  readonly remove: readonly RowKey[];
}

/** Replaces the row if it has the etag, and changes the others with it, all or none. Returns the new etag. */
export async function replaceRow(
  client: TableClient,
  row: Row,
  { etag, replace, put, remove, ...patience }: Replacing,
): Promise<string> {
  if (replace.length + put.length + remove.length === 0)
    return requireEtag((await client.updateEntity(row, "Replace", { etag, ...patience })).etag);
  const actions: TransactionAction[] = [
    ["update", row, "Replace", { etag }],
    ...replace.map((other): TransactionAction => ["update", other.row, "Replace", { etag: other.etag }]),
    ...remove.map(deleting),
    ...put.map((other): TransactionAction => ["upsert", other, "Replace"]),
  ];
  return firstEtag(await client.submitTransaction(actions, patience));
}

interface Deleting extends Patience {
  readonly etag: string;
  readonly remove: readonly RowKey[];
}

/**
 * Deletes the row if it has the etag, and the others with it, all or none.
 *
 * @param client where there are others, one that nobody else uses
 */
export async function deleteRow(
  client: TableClient,
  key: RowKey,
  { etag, remove, ...patience }: Deleting,
): Promise<string> {
  if (remove.length === 0) {
    await client.deleteEntity(key.partitionKey, key.rowKey, { etag, ...patience });
    return "";
  }
  client.pipeline.addPolicy(conditionOfFirstDelete(etag));
  await client.submitTransaction([key, ...remove].map(deleting), patience);
  return "";
}

/**
 * In a transaction the SDK (13.3) deletes whatever version it finds, and takes no etag. So the etag is written into
 * the body of the one request that a client of this call's own sends.
 */
function conditionOfFirstDelete(etag: string): Parameters<TableClient["pipeline"]["addPolicy"]>[0] {
  return {
    name: "conditionOfFirstDelete",
    async sendRequest(request, next) {
      const body = typeof request.body === "string" ? request.body : "";
      const conditional = body.replace(/(?<=^if-match: )\*/im, () => etag);
      if (conditional === body && etag !== "*")
        throw new InvariantError("2d94c7b1", "Cannot find the condition of a delete in the SDK's transaction");
      request.body = conditional;
      request.headers.delete("content-length"); // It was that of the other body; the transport measures this one.
      return next(request);
    },
  };
}

function creating(row: Row): TransactionAction {
  return ["create", row];
}

function deleting({ partitionKey, rowKey }: RowKey): TransactionAction {
  return ["delete", { partitionKey, rowKey }];
}

/** Answers come in the order of the actions; the SDK's own look-up by row key fails for keys that URLs escape. */
function firstEtag({ subResponses }: Awaited<ReturnType<TableClient["submitTransaction"]>>): string {
  return requireEtag(subResponses[0]?.etag);
}

export function requireEtag(etag: unknown): string {
  if (typeof etag === "string" && etag !== "") return etag;
  throw new MillraceError("STORAGE_UNAVAILABLE", "Storage answered without an etag");
}
