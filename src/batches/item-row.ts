import { z } from "zod";
import { InvariantError } from "../platform/errors.ts";
import { MAX_COLUMN_CHARACTERS, jsonColumns } from "../platform/json-columns.ts";
import { rowKeyOf, rowKeysUnder } from "../platform/partitions.ts";
import type { Row, RowKey } from "../platform/tables.ts";
import { FINALLY_INDEX, itemSchema } from "./item.ts";
import type { Item, ItemRef, Links } from "./item.ts";
import { placeText } from "./marks.ts";

const ITEM_KIND = "item";

export function itemKey({ batchId, index }: ItemRef): RowKey {
  return { partitionKey: batchId, rowKey: rowKeyOf(ITEM_KIND, placeText(index)) };
}

/** Indices of items that the request listed: behind one, and before another, neither of which is meant. */
export interface Span {
  readonly behind?: number | undefined;
  readonly before?: number | undefined;
}

/** Between which row keys they stand. */
export function itemKeys({ behind, before = FINALLY_INDEX }: Span): {
  readonly after: string;
  readonly before: string;
} {
  const { after } = rowKeysUnder(ITEM_KIND);
  return {
    after: behind === undefined || behind < 0 ? after : rowKeyOf(ITEM_KIND, placeText(behind)),
    before: rowKeyOf(ITEM_KIND, placeText(before)),
  };
}

const COLUMNS = jsonColumns("asked", "links", "error");

export function toItemRow(item: Item): Row {
  return { ...itemKey(item), ...COLUMNS.encode(item) };
}

/** @throws InvariantError when the row is not an item */
export function readItemRow(row: Row): Item {
  const parsed = itemSchema.safeParse({ ...COLUMNS.decode(row), batchId: row.partitionKey });
  if (parsed.success) return parsed.data;
  throw new InvariantError("c4e19b70", `Cannot read row "${row.rowKey}" of batch "${row.partitionKey}" as an item`);
}

/** What an item keeps of its links in its own row, which is read by each of its parents and children. */
const MAX_LINKS_INLINE = 200;

const LINKS_KIND = "links";

export function linksKey({ batchId, index }: ItemRef): RowKey {
  return { partitionKey: batchId, rowKey: rowKeyOf(LINKS_KIND, placeText(index)) };
}

export function areLinksShort({ parents, children, wide }: Links): boolean {
  return parents.length + children.length + wide.length <= MAX_LINKS_INLINE;
}

/** Long lists, in as many columns as they take. */
export function toLinksRow(ref: ItemRef, links: Links): Row {
  const text = JSON.stringify(links);
  const columns: [string, string][] = [];
  for (let from = 0; from < text.length; from += MAX_COLUMN_CHARACTERS)
    columns.push([`text${columns.length}`, text.slice(from, from + MAX_COLUMN_CHARACTERS)]);
  return { ...linksKey(ref), ...Object.fromEntries(columns) };
}

/** @throws InvariantError when the row is not one of links */
export function readLinksRow(row: Row): Links {
  let text = "";
  for (let column = 0; typeof row[`text${column}`] === "string"; column++) text += String(row[`text${column}`]);
  const parsed = z.object(itemSchema.shape.links.unwrap().shape).safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new InvariantError("20be7f4d", `Cannot read row "${row.rowKey}" of batch "${row.partitionKey}" as links`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
