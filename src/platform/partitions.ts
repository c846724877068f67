import { lastDigit } from "./ids.ts";

/**
 * What a workspace keeps in a table is spread over this many partitions: one partition serves about 2,000 entities a
 * second (Azure Storage scalability targets), and a list reads all of them at once. Never change it for a workspace
 * that has rows.
 */
const SHARDS = 16;

/** The partition key of the row that this id names: the id's last digit, which is random, picks the shard. */
export function partitionOfId(workspaceId: string, id: string): string {
  return partitionKey(workspaceId, lastDigit(id) % SHARDS);
}

export function partitionsOf(workspaceId: string): string[] {
  return Array.from({ length: SHARDS }, (_, shard) => partitionKey(workspaceId, shard));
}

function partitionKey(workspaceId: string, shard: number): string {
  return `${workspaceId}:${String(shard).padStart(2, "0")}`;
}
