import { hasCode } from "../../platform/errors.ts";
import { odata } from "../../platform/tables.ts";
import type { Row, Table } from "../../platform/tables.ts";
import type { Job, Usage } from "../life/job.ts";
import { addUsage } from "../life/usage.ts";
import { partitionOf } from "./job-row.ts";
import { partKey, partKeys, partKeysOf, readPartRow, talliedPart, toPartRow } from "./part-row.ts";
import type { MapRef } from "./part-row.ts";
import type { Part } from "./part.ts";

interface StoredPart {
  readonly part: Part;
  readonly etag: string;
}

/** How far a map is, and what it has used so far. */
interface MapTally {
  readonly done: number;
  readonly usage: Usage | undefined;
}

/** The parts of maps, each a row beside its job. @throws MillraceError STORAGE_UNAVAILABLE from every method */
export interface PartStore {
  /** Inserts the parts, leaving alone those that are there. */
  open(map: MapRef, parts: readonly Part[]): Promise<void>;
  get(map: MapRef, index: number): Promise<StoredPart | undefined>;
  /** @throws VERSION_CONFLICT when somebody changed it since it was read */
  save(map: MapRef, part: Part, stored: StoredPart): Promise<StoredPart>;
  /** In the order of their items. */
  list(map: MapRef): Promise<Part[]>;
  tally(map: MapRef): Promise<MapTally>;
  /** Removes those of all maps of the operation. */
  drop(operation: Pick<Job, "workspaceId" | "jobId" | "operationId">): Promise<void>;
}

/** Parts with items as large as a row can hold, and no more than the 4 MiB that a transaction can. */
const ROWS_OF_TRANSACTION = 40;
const ROWS_CLEARED = 100;
/** The most that Table Storage gives at once. */
const ROWS_OF_PAGE = 1000;

export function createPartStore(table: Table): PartStore {
  return {
    async open(map, parts) {
      for (let first = 0; first < parts.length; first += ROWS_OF_TRANSACTION)
        await insertTogether(
          table,
          parts.slice(first, first + ROWS_OF_TRANSACTION).map((part) => toPartRow(map, part)),
        );
    },
    async get(map, index) {
      const stored = await table.get(partKey(map, index));
      return stored && { part: readPartRow(stored.row), etag: stored.etag };
    },
    save: async (map, part, { etag }) => ({ part, etag: await table.save(toPartRow(map, part), etag) }),
    list: async (map) => (await listRows(table, map, partKeys(map))).map(readPartRow),
    async tally(map) {
      const rows = await listRows(table, map, { ...partKeys(map), select: TALLY_COLUMNS });
      return rows.map(talliedPart).reduce(added, { done: 0, usage: undefined });
    },
    async drop(operation) {
      const rows = await listRows(table, operation, { ...partKeysOf(operation), select: [] });
      for (let first = 0; first < rows.length; first += ROWS_CLEARED)
        await table.clear(rows.slice(first, first + ROWS_CLEARED));
    },
  };
}

/** A transaction that was cut off in the middle of opening left all of its rows, or none. */
async function insertTogether(table: Table, [first, ...others]: readonly Row[]): Promise<void> {
  if (!first) return;
  try {
    await table.create(first, ...others);
  } catch (thrown) {
    if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
  }
}

interface Range {
  readonly after: string;
  readonly before: string;
  readonly select?: readonly string[];
}

async function listRows(table: Table, ref: Pick<Job, "jobId">, { after, before, select }: Range): Promise<Row[]> {
  const found: Row[] = [];
  for (let behind = after; ;) {
    const filter = odata`PartitionKey eq ${partitionOf(ref)} and RowKey gt ${behind} and RowKey lt ${before}`;
    const page = await table.list({ filter, limit: ROWS_OF_PAGE, select });
    found.push(...page.map(({ row }) => row));
    const last = page.length < ROWS_OF_PAGE ? undefined : page.at(-1);
    if (!last) return found;
    behind = last.row.rowKey;
  }
}

const TALLY_COLUMNS = ["status", "usage"];

function added(sum: MapTally, { done, usage }: MapTally): MapTally {
  return { done: sum.done + done, usage: addUsage(sum.usage, usage) };
}
