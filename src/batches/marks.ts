import { rowKeyOf, rowKeysUnder } from "../platform/partitions.ts";
import type { Row } from "../platform/tables.ts";
import type { Item, ItemRef } from "./item.ts";

/**
 * Rows without content beside the items of a batch, in its partition: that one is there is all it says. They are asked
 * for one row under a part of a key, which costs the same however large the batch is.
 */

/**
 * The item has a job that has not ended, or has ended and not yet released what waited for it. None: all items have ended.
 * One that runs again has another mark: whoever is still busy with its end before takes away only that one's.
 */
export function activeMark({ batchId, index, round = 0 }: ItemRef & Pick<Item, "round">): Row {
  return markOf(batchId, "active", placeText(index), ...(round > 0 ? [String(round)] : []));
}

/** The item ended otherwise than well. None: the batch is completed. */
export function badMark({ batchId, index }: ItemRef): Row {
  return markOf(batchId, "bad", placeText(index));
}

/** The parent of a child with many has not ended. None under a child: all its parents have. */
export function edgeMark(child: ItemRef, parent: number): Row {
  return markOf(child.batchId, "edge", placeText(child.index), placeText(parent));
}

/** The parent of a child with many ended otherwise than well. None under a child: no parent did. */
export function lackMark(child: ItemRef, parent: number): Row {
  return markOf(child.batchId, "lack", placeText(child.index), placeText(parent));
}

/**
 * Somebody is about to have the item run again, though nothing of the batch may be at work: whoever ends the batch, or
 * stops it, takes these marks away first, and without its own nobody releases an item that has ended.
 */
export function rerunMark({ batchId, index }: ItemRef): Row {
  return markOf(batchId, "rerun", placeText(index));
}

/**
 * These rows of the batch were written. Other marks go in time: without one that stays, somebody who is late to write the
 * same rows once more would bring back marks that have gone, and what waits for them would wait for ever.
 */
export function loadedMark(batchId: string, chunk: number): Row {
  return markOf(batchId, "loaded", placeText(chunk));
}

export type MarkKind = "active" | "bad" | "edge" | "lack" | "rerun";

/** Between which row keys the marks of a kind stand: all of a batch, or those of one child. */
export function marksUnder(kind: MarkKind, child?: number): { readonly after: string; readonly before: string } {
  return child === undefined ? rowKeysUnder(kind) : rowKeysUnder(kind, placeText(child));
}

/** An item's place in keys: they sort as numbers do. */
export function placeText(index: number): string {
  return String(index).padStart(5, "0");
}

function markOf(batchId: string, ...parts: readonly string[]): Row {
  return { partitionKey: batchId, rowKey: rowKeyOf(...parts) };
}
