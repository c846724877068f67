import { InvariantError } from "../platform/errors.ts";
import { ITEM_TRANSITIONS, hasEnded } from "./item-states.ts";
import type { EndState, ItemState } from "./item-states.ts";
import type { ItemStore, StoredItem } from "./item-store.ts";
import type { Item, Links } from "./item.ts";
import { activeMark, badMark, edgeMark, lackMark } from "./marks.ts";

/** How an item came to its end. */
export interface ItemEnd extends Pick<Item, "error" | "isJobless" | "outputDigest"> {
  readonly state: EndState;
  readonly endedAt: Date;
  /** Which operation of its job it was; the item's own if absent. */
  readonly run?: number | undefined;
}

/** The item after its end: a pure function. @throws InvariantError when nothing leads there from its state */
export function endedItem(item: Item, { run = item.run, ...end }: ItemEnd): Item {
  const legal: Partial<Record<string, ItemState>> = ITEM_TRANSITIONS[item.state];
  if (legal[end.state] !== end.state)
    throw new InvariantError("37b8d2e6", `Cannot end item ${item.index} as "${end.state}": it is "${item.state}"`);
  const { endedAt: _ended, error: _error, isJobless: _jobless, outputDigest: _digest, ...rest } = item;
  return { ...rest, ...end, run };
}

/** Two marks for each of them, in a transaction with the item and two marks of its own. */
const CHILDREN_AT_ONCE = 45;

/**
 * Writes down that an item has ended. Before it go its edges to children that have so many parents that they cannot be read
 * one by one; there it leaves a mark if it ended otherwise than well. The end itself comes last: of more edges than one
 * transaction holds, whoever dies in between leaves an item that has not ended, and it is all done again.
 *
 * @throws MillraceError VERSION_CONFLICT when somebody else wrote it meanwhile, STORAGE_UNAVAILABLE
 */
export async function commitEnd(
  items: ItemStore,
  { item: before, etag }: StoredItem,
  { end, links, isLast }: { readonly end: ItemEnd; readonly links: Links; readonly isLast?: boolean | undefined },
): Promise<StoredItem> {
  const item = endedItem(before, end);
  const isBad = item.state !== "completed";
  const isMended = !isBad && wasBad(before);
  const own = {
    put: isBad ? [badMark(item)] : [],
    remove: [...(isMended ? [badMark(item)] : []), ...(isLast ? [activeMark(item)] : [])],
  };
  const marksOf = (children: readonly number[]) => {
    const wide = children.map((index) => ({ batchId: item.batchId, index }));
    return {
      put: isBad ? wide.map((child) => lackMark(child, item.index)) : [],
      remove: wide.map((child) => (isMended ? lackMark : edgeMark)(child, item.index)),
    };
  };
  let latest = etag;
  let from = 0;
  for (; from + CHILDREN_AT_ONCE < links.wide.length; from += CHILDREN_AT_ONCE)
    latest = await items.save(
      [{ item: before, etag: latest }],
      marksOf(links.wide.slice(from, from + CHILDREN_AT_ONCE)),
    );
  const { put, remove } = marksOf(links.wide.slice(from));
  const last = { put: [...own.put, ...put], remove: [...own.remove, ...remove] };
  return { item, etag: await items.save([{ item, etag: latest }], last) };
}

function wasBad({ state }: Item): boolean {
  return hasEnded(state) && state !== "completed";
}
