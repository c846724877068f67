import { lastDigit } from "./ids.ts";

/**
 * What the app keeps in a table is spread over this many partitions: one partition serves about 2,000 entities a
 * second (Azure Storage scalability targets), and whoever looks for rows of all workspaces has this many places to
 * look in. Never change it where there are rows.
 */
const SHARDS = 16;

/** Every partition key of a table. */
export const PARTITIONS: readonly string[] = Array.from({ length: SHARDS }, (_, shard) => partitionKey(shard));

/** The partition key of the row that this id names: the id's last digit, which is random, picks the shard. */
export function partitionOfId(id: string): string {
  return partitionKey(lastDigit(id) % SHARDS);
}

/** The partition key of the row that this digest names, in hexadecimal digits. */
export function partitionOfDigest(digest: string): string {
  return partitionKey(Number.parseInt(digest.slice(0, 2), 16) % SHARDS);
}

/** Stands in no id, no workspace, no digest and no time, so that no two lists of parts make one key. */
const SEPARATOR = "|";
/** The character after the separator: what lies between the two begins with the same parts. */
const AFTER_SEPARATOR = "}";

/** The row key that these parts make. Rows sort by the first part, then by the second, and so on. */
export function rowKeyOf(...parts: readonly string[]): string {
  return parts.join(SEPARATOR);
}

/** What `rowKeyOf()` made the key of. */
export function partsOfRowKey(rowKey: string): string[] {
  return rowKey.split(SEPARATOR);
}

/** All row keys that begin with these parts and have more lie between `after` and `before`. */
export function rowKeysUnder(...parts: readonly string[]): { readonly after: string; readonly before: string } {
  const beginning = rowKeyOf(...parts);
  return { after: beginning + SEPARATOR, before: beginning + AFTER_SEPARATOR };
}

function partitionKey(shard: number): string {
  return String(shard).padStart(2, "0");
}
