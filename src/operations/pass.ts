import { rowKeysUnder } from "../platform/partitions.ts";
import { odata } from "../platform/tables.ts";
import type { StoredRow, Table } from "../platform/tables.ts";

/** One going through all that is kept, which ends in time whatever there is. */
export interface Pass {
  /** Whether the time is up. Whoever hears so leaves the rest, and the pass counts as cut short. */
  isOver(): boolean;
  readonly wasCutShort: boolean;
}

export function startPass(withinMs: number): Pass {
  const startedAt = performance.now();
  let wasCutShort = false;
  return {
    isOver() {
      wasCutShort ||= performance.now() - startedAt > withinMs;
      return wasCutShort;
    },
    get wasCutShort() {
      return wasCutShort;
    },
  };
}

interface Scan {
  readonly table: Table;
  readonly partition: string;
  /** The first part of the rows' keys. */
  readonly kind: string;
  readonly select?: readonly string[];
  /** A further condition, made with the `odata` tag. */
  readonly where?: string;
}

const PAGE_ROWS = 200;

/** The rows of one kind in one partition, page by page in the order of their keys, until the pass is over. */
export async function* scanRows(
  pass: Pass,
  { table, partition, kind, select, where }: Scan,
): AsyncGenerator<StoredRow> {
  const { after, before } = rowKeysUnder(kind);
  let from: string | undefined = after;
  while (from !== undefined && !pass.isOver()) {
    const range = odata`PartitionKey eq ${partition} and RowKey gt ${from} and RowKey lt ${before}`;
    const page: StoredRow[] = await table.list({
      filter: where === undefined ? range : `${range} and ${where}`,
      limit: PAGE_ROWS,
      select,
    });
    yield* page;
    from = page.length < PAGE_ROWS ? undefined : page.at(-1)?.row.rowKey;
  }
}

/** Looks in flight at a time, of one task: enough to hide storage's latency, and few beside a worker's own. */
const AT_ONCE = 8;

/** Does `work` for each item, some at a time. The first failure ends it. */
export async function forEach<Item>(items: AsyncGenerator<Item>, work: (item: Item) => Promise<void>): Promise<void> {
  const takeTurns = async () => {
    for await (const item of items) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, takeTurns));
}
