import type { Table } from "./tables.ts";

/** Rows in one transaction. */
const MOST_CLEARED = 100;

/**
 * Removes all rows of one partition that the filter names, however many there are.
 *
 * @param filter built with the `odata` tag only
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function clearRows(table: Table, filter: string): Promise<void> {
  for (;;) {
    const page = await table.list({ filter, limit: MOST_CLEARED, select: [] });
    if (page.length === 0) return;
    await table.clear(page.map(({ row }) => row));
  }
}
