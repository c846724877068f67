import { PARTITIONS } from "./partitions.ts";
import type { StoredRow, Table } from "./tables.ts";

/**
 * Rows of all partitions in the order of their keys, at most `limit`: a query for each partition.
 *
 * @param filterOf the filter for one partition, built with the `odata` tag only
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function listEverywhere(
  table: Table,
  filterOf: (partition: string) => string,
  limit: number,
): Promise<StoredRow[]> {
  const pages = await Promise.all(
    PARTITIONS.map(async (partition) => table.list({ filter: filterOf(partition), limit })),
  );
  return pages
    .flat()
    .sort((one, other) => (one.row.rowKey < other.row.rowKey ? -1 : 1))
    .slice(0, limit);
}
