import type { ItemRef } from "../../../src/batches/item.ts";
import { hasCode } from "../../../src/platform/errors.ts";
import { rowKeyOf } from "../../../src/platform/partitions.ts";
import type { Table } from "../../../src/platform/tables.ts";

/** Numbers in storage, as somebody would keep them who counts in place of looking. */
export interface Counters {
  add(ref: ItemRef, what: string): Promise<void>;
  read(ref: ItemRef, what: string): Promise<number>;
}

export function createCounters(table: Table): Counters {
  const keyOf = ({ batchId, index }: ItemRef, what: string) => ({
    partitionKey: batchId,
    rowKey: rowKeyOf("count", what, String(index)),
  });
  const add = async (ref: ItemRef, what: string): Promise<void> => {
    const stored = await table.get(keyOf(ref, what));
    try {
      if (stored) await table.save({ ...stored.row, count: Number(stored.row["count"]) + 1 }, stored.etag);
      else await table.create({ ...keyOf(ref, what), count: 1 });
    } catch (thrown) {
      if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
      await add(ref, what);
    }
  };
  return {
    add,
    read: async (ref, what) => Number((await table.get(keyOf(ref, what)))?.row["count"] ?? 0),
  };
}
