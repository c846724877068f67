import { againOnConflict } from "../platform/again-on-conflict.ts";
import { clearRows } from "../platform/clear-rows.ts";
import { hasCode, InvariantError } from "../platform/errors.ts";
import type { Beside } from "../platform/rows.ts";
import { odata } from "../platform/tables.ts";
import type { Row, StoredRow, Table } from "../platform/tables.ts";
import { itemKey, itemKeys, linksKey, readItemRow, readLinksRow, toItemRow } from "./item-row.ts";
import type { Span } from "./item-row.ts";
import type { ItemState } from "./item-states.ts";
import type { Item, ItemRef, Links } from "./item.ts";
import { marksUnder } from "./marks.ts";
import type { MarkKind } from "./marks.ts";

/** An item as it was read, with the version that the next write must name. */
export interface StoredItem {
  readonly item: Item;
  readonly etag: string;
}

export interface ItemQuery extends Span {
  readonly batchId: string;
  readonly state?: ItemState | undefined;
  /** Any of these. */
  readonly states?: readonly ItemState[] | undefined;
  /** Only those that depend on nothing. */
  readonly isRoot?: boolean | undefined;
  readonly isJobless?: boolean | undefined;
  readonly isRerun?: boolean | undefined;
  readonly key?: string | undefined;
  readonly limit: number;
}

interface Places {
  readonly indices: readonly number[];
  /** Without those that stand otherwise by now. */
  readonly states?: readonly ItemState[] | undefined;
}

/** What of an item says how it stands. */
export type Standing = Pick<Item, (typeof STANDING)[number]>;
const STANDING = ["index", "key", "state", "run", "rerunKey"] as const;

/** What of an item says how it ended. */
type End = Pick<Item, (typeof END)[number]>;
const END = ["index", "state", "outputDigest"] as const;

interface BesideItems extends Pick<Beside, "put" | "remove"> {
  /** Marks that must be there still, or nothing is written. */
  readonly heldBy?: readonly Row[];
}

export interface ItemStore {
  get(ref: ItemRef): Promise<StoredItem | undefined>;
  /** @throws InvariantError when there is none: all items of a batch are there from before the first is released */
  require(ref: ItemRef): Promise<StoredItem>;
  /** In the order of the request. */
  list(query: ItemQuery): Promise<StoredItem[]>;
  /** How every item stands, in the order of the request. */
  states(batchId: string): Promise<Standing[]>;
  /** These items, in the order of the request; costs a read for each thousand that stand so between the first and the last. */
  these(batchId: string, places: Places): Promise<Item[]>;
  /** How these items have ended, each in the place of its index; costs a read for each thousand that stand between them. */
  ends(batchId: string, indices: readonly number[]): Promise<End[]>;
  linksOf(item: Item): Promise<Links>;
  /** Writes rows of one batch, all or none, unless they are there: the same rows always come together. */
  load(rows: readonly [Row, ...Row[]]): Promise<void>;
  /** Replaces items of one batch, each if nobody changed it since it was read, and rows beside them. @throws VERSION_CONFLICT */
  save(changed: readonly [StoredItem, ...StoredItem[]], beside?: BesideItems): Promise<string>;
  /** Removes a mark, whoever made it; calm if it is gone. */
  unmark(mark: Row): Promise<void>;
  /** Whether this very mark is there. */
  hasMark(mark: Row): Promise<boolean>;
  /** Whether there is a mark of this kind in the batch, or of one child. */
  isMarked(kind: MarkKind, batchId: string, child?: number): Promise<boolean>;
  /** Removes all marks of a kind in a batch. */
  unmarkAll(kind: "edge" | "rerun", batchId: string): Promise<void>;
  /** Removes everything of a batch. */
  clear(batchId: string): Promise<void>;
}

/** As many as Table Storage gives at a time. */
const PAGE_ROWS = 1000;

/** The items of batches, in a table of their own: a partition for each batch. */
export function createItemStore(table: Table): ItemStore {
  const get = async (ref: ItemRef): Promise<StoredItem | undefined> => {
    const stored = await table.get(itemKey(ref));
    return stored && toStoredItem(stored);
  };
  return {
    get,
    async require(ref) {
      const stored = await get(ref);
      if (stored) return stored;
      throw new InvariantError("6f2d90ac", `Cannot find item ${ref.index} of batch "${ref.batchId}"`);
    },
    list: async (query) => (await table.list({ filter: toOData(query), limit: query.limit })).map(toStoredItem),
    states: async (batchId) => listAll(table, { batchId, select: STANDING }),
    these: async (batchId, places) => listThese(table, batchId, places),
    async ends(batchId, indices) {
      const found = new Map<number, End>();
      const span = { behind: Math.min(...indices) - 1, before: Math.max(...indices) + 1 };
      for (const end of await listAll<End>(table, { batchId, select: END, ...span })) found.set(end.index, end);
      return indices.map((index) => {
        const end = found.get(index);
        if (end) return end;
        throw new InvariantError("bd01f4c6", `Cannot find item ${index} of batch "${batchId}"`);
      });
    },
    async linksOf(item) {
      if (item.links) return item.links;
      const stored = await table.get(linksKey(item));
      if (stored) return readLinksRow(stored.row);
      throw new InvariantError("81c35e0f", `Cannot find the links of item ${item.index} of batch "${item.batchId}"`);
    },
    async load(rows) {
      await againOnConflict(async () => {
        try {
          await table.create(...rows);
        } catch (thrown) {
          if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
          // Somebody else, or an earlier try, has written them: all of them, since they come in one transaction.
          if (!(await table.get(rows[0]))) throw thrown;
        }
      });
    },
    async save([first, ...others], { heldBy = [], ...beside } = {}) {
      const held = heldBy.map((row) => ({ row, etag: "*" }));
      const replace = [...others.map(({ item, etag }) => ({ row: toItemRow(item), etag })), ...held];
      return table.save(toItemRow(first.item), first.etag, { ...beside, replace });
    },
    unmark: async (mark) => table.delete(mark, "*"),
    hasMark: async (mark) => (await table.get(mark)) !== undefined,
    async isMarked(kind, batchId, child) {
      const { after, before } = marksUnder(kind, child);
      const filter = odata`PartitionKey eq ${batchId} and RowKey gt ${after} and RowKey lt ${before}`;
      return (await table.list({ filter, limit: 1, select: [] })).length > 0;
    },
    async unmarkAll(kind, batchId) {
      const { after, before } = marksUnder(kind);
      await clearRows(table, odata`PartitionKey eq ${batchId} and RowKey gt ${after} and RowKey lt ${before}`);
    },
    clear: async (batchId) => clearRows(table, odata`PartitionKey eq ${batchId}`),
  };
}

async function listThese(table: Table, batchId: string, { indices, states }: Places): Promise<Item[]> {
  const wanted = new Set(indices);
  const found: Item[] = [];
  let behind = Math.min(...wanted) - 1;
  const before = Math.max(...wanted) + 1;
  while (behind < before) {
    const page = await table.list({ filter: toOData({ batchId, states, behind, before }), limit: PAGE_ROWS });
    const items = page.map(({ row }) => readItemRow(row));
    found.push(...items.filter(({ index }) => wanted.has(index)));
    behind = page.length < PAGE_ROWS ? before : (items.at(-1)?.index ?? before);
  }
  return found;
}

interface AllQuery extends Span {
  readonly batchId: string;
  readonly select: readonly (keyof Item)[];
}

/** Some properties of however many items, in the order of the request. */
async function listAll<Part extends Pick<Item, "index">>(
  table: Table,
  { batchId, select, behind, before }: AllQuery,
): Promise<Part[]> {
  const found: Part[] = [];
  let page: StoredRow[];
  do {
    const filter = toOData({ batchId, behind: found.at(-1)?.index ?? behind, before });
    page = await table.list({ filter, limit: PAGE_ROWS, select });
    found.push(...page.map(({ row }) => row as unknown as Part));
  } while (page.length === PAGE_ROWS);
  return found;
}

function toStoredItem({ row, etag }: StoredRow): StoredItem {
  return { item: readItemRow(row), etag };
}

function toOData({
  batchId,
  state,
  states,
  isRoot,
  isJobless,
  isRerun,
  key,
  ...span
}: Omit<ItemQuery, "limit">): string {
  const { after, before } = itemKeys(span);
  const clauses = [odata`PartitionKey eq ${batchId} and RowKey gt ${after} and RowKey lt ${before}`];
  if (state) clauses.push(odata`state eq ${state}`);
  if (states) clauses.push(`(${states.map((each) => odata`state eq ${each}`).join(" or ")})`);
  if (isRoot !== undefined) clauses.push(odata`isRoot eq ${isRoot}`);
  if (isJobless !== undefined) clauses.push(odata`isJobless eq ${isJobless}`);
  if (isRerun !== undefined) clauses.push(odata`isRerun eq ${isRerun}`);
  if (key !== undefined) clauses.push(odata`key eq ${key}`);
  return clauses.join(" and ");
}
