import type { StoredEntity } from "../wire.ts";

/** The rows of one table. */
export interface Rows {
  get(partitionKey: string, rowKey: string): StoredEntity | undefined;
  set(partitionKey: string, rowKey: string, entity: StoredEntity | undefined): void;
  /** In the order of their keys. */
  sorted(): StoredEntity[];
}

export function createRows(): Rows {
  const byKey = new Map<string, StoredEntity>();
  const keyOf = (partitionKey: string, rowKey: string) => `${partitionKey}\0${rowKey}`;
  return {
    get: (partitionKey, rowKey) => byKey.get(keyOf(partitionKey, rowKey)),
    set(partitionKey, rowKey, entity) {
      if (entity) byKey.set(keyOf(partitionKey, rowKey), entity);
      else byKey.delete(keyOf(partitionKey, rowKey));
    },
    sorted: () => [...byKey.values()].sort(compare),
  };
}

export function compare(
  a: Pick<StoredEntity, "partitionKey" | "rowKey">,
  b: Pick<StoredEntity, "partitionKey" | "rowKey">,
): number {
  return ordinal(a.partitionKey, b.partitionKey) || ordinal(a.rowKey, b.rowKey);
}

function ordinal(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
