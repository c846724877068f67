import type { StoredEntity } from "../wire.ts";

/** Which rows a query can be about: those of one partition, or of all, from one key to another, both included. */
export interface Stretch {
  readonly partitionKey?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The rows of one table. */
export interface Rows {
  get(partitionKey: string, rowKey: string): StoredEntity | undefined;
  set(partitionKey: string, rowKey: string, entity: StoredEntity | undefined): void;
  /** In the order of their keys. */
  sorted(stretch?: Stretch): StoredEntity[];
}

interface Partition {
  readonly byKey: Map<string, StoredEntity>;
  /** Sorted. A query of a few rows among ten thousand looks at those few. */
  readonly keys: string[];
}

export function createRows(): Rows {
  const partitions = new Map<string, Partition>();
  const open = (partitionKey: string): Partition => {
    const partition = partitions.get(partitionKey) ?? { byKey: new Map(), keys: [] };
    partitions.set(partitionKey, partition);
    return partition;
  };
  return {
    get: (partitionKey, rowKey) => partitions.get(partitionKey)?.byKey.get(rowKey),
    set(partitionKey, rowKey, entity) {
      const { byKey, keys } = open(partitionKey);
      const wasThere = byKey.has(rowKey);
      if (entity) byKey.set(rowKey, entity);
      else byKey.delete(rowKey);
      if (wasThere !== byKey.has(rowKey))
        keys.splice(placeOf(keys, rowKey), wasThere ? 1 : 0, ...(entity ? [rowKey] : []));
    },
    sorted({ partitionKey, from, to } = {}) {
      const chosen = partitionKey === undefined ? [...partitions.keys()].sort() : [partitionKey];
      return chosen.flatMap((name) => {
        const { byKey, keys } = partitions.get(name) ?? { byKey: new Map<string, StoredEntity>(), keys: [] };
        const first = from === undefined ? 0 : placeOf(keys, from);
        const end = to === undefined ? keys.length : placeOf(keys, to) + 1;
        return keys.slice(first, end).flatMap((key) => byKey.get(key) ?? []);
      });
    },
  };
}

/** Where the key stands among sorted ones, or would. */
function placeOf(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
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
