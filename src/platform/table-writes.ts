import type { TableClient, TransactionAction } from "@azure/data-tables";
import { MillraceError } from "./errors.ts";
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

/** Deletes the row if it has the etag. */
export async function deleteRow(
  client: TableClient,
  { partitionKey, rowKey }: RowKey,
  options: Patience & { readonly etag: string },
): Promise<string> {
  await client.deleteEntity(partitionKey, rowKey, options);
  return "";
}

/** Deletes all rows or none, whatever their versions. */
export async function deleteRows(client: TableClient, keys: readonly RowKey[], options: Patience): Promise<void> {
  await client.submitTransaction(keys.map(deleting), options);
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
