import { againOnConflict } from "../platform/again-on-conflict.ts";
import { mapAtOnce } from "../platform/at-once.ts";
import type { BatchDeps } from "./batch-deps.ts";
import type { Batch } from "./batch.ts";
import type { ItemQuery } from "./item-store.ts";
import type { Item } from "./item.ts";
import { activeMark } from "./marks.ts";
import { passOnAgain } from "./pass-on.ts";
import { ITEMS_AT_ONCE, releasedItem } from "./release-dependents.ts";
import { startItem } from "./start-item.ts";

const AT_ONCE = 8;

/**
 * Releases all items that depend on nothing, and makes their jobs. Somebody else may be at it as well, and die behind a
 * release: what others have released is seen to last, when there is nothing left to release.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function openBatch(deps: BatchDeps, batch: Batch): Promise<void> {
  const { batchId } = batch;
  const own = new Set<number>();
  let released: readonly Item[] = [];
  do {
    released = await releaseRoots(deps, batchId, released.at(-1)?.index);
    for (const { index } of released) own.add(index);
    await startAll(deps, batch, released);
  } while (released.length > 0);
  const ofOthers = (page: readonly Item[]) => page.filter(({ index }) => !own.has(index));
  await forEachPage(deps, { batchId, isRoot: true, state: "released" }, async (page) =>
    startAll(deps, batch, ofOthers(page)),
  );
  await forEachPage(deps, { batchId, isRoot: true, isJobless: true }, async (page) => {
    for (const ended of ofOthers(page)) await passOnAgain(deps, batch, ended);
  });
}

async function startAll(deps: BatchDeps, batch: Batch, page: readonly Item[]): Promise<void> {
  const started = await mapAtOnce(page, AT_ONCE, async (item) => startItem(deps, batch, { item }));
  for (const ended of started) if (ended) await passOnAgain(deps, batch, ended);
}

/** As many as one transaction holds, behind those that were released before; none when all are. */
async function releaseRoots({ items }: BatchDeps, batchId: string, behind?: number): Promise<readonly Item[]> {
  return againOnConflict(async () => {
    const page = await items.list({ batchId, isRoot: true, state: "blocked", behind, limit: ITEMS_AT_ONCE });
    const [first, ...others] = page.map(({ item, etag }) => ({ item: releasedItem(item), etag }));
    if (!first) return [];
    const all = [first, ...others];
    await items.save([first, ...others], { put: all.map(({ item }) => activeMark(item)) });
    return all.map(({ item }) => item);
  });
}

const PAGE_ITEMS = 100;

/** In the order of the request, whatever becomes of them meanwhile. */
export async function forEachPage(
  { items }: Pick<BatchDeps, "items">,
  query: Omit<ItemQuery, "limit" | "behind">,
  work: (page: readonly Item[]) => Promise<void>,
): Promise<void> {
  let behind: number | undefined;
  for (;;) {
    const page = (await items.list({ ...query, behind, limit: PAGE_ITEMS })).map(({ item }) => item);
    if (page.length > 0) await work(page);
    if (page.length < PAGE_ITEMS) return;
    behind = page.at(-1)?.index;
  }
}
