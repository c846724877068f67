import { againOnConflict } from "../platform/again-on-conflict.ts";
import type { Row } from "../platform/tables.ts";
import { askParents } from "./ask-gate.ts";
import type { BatchDeps } from "./batch-deps.ts";
import { hasEnded } from "./item-states.ts";
import type { ItemStore, StoredItem } from "./item-store.ts";
import { hasJob, jobIdOf } from "./item.ts";
import type { Item, ItemRef } from "./item.ts";
import { activeMark, badMark, edgeMark, lackMark } from "./marks.ts";
import type { Origin } from "./start-item.ts";

/** What of an item that runs again is said of this run. */
export interface Rerun extends Pick<Item, "run" | "passesOn" | "inputDigest" | "rerunKey"> {
  readonly run: number;
}

/** Two marks for each of them, in a transaction with the item and three marks of its own. */
const CHILDREN_AT_ONCE = 45;

/**
 * Releases an item that has ended, for one more operation of its job. Children that have so many parents that they cannot
 * be read one by one wait for it again.
 *
 * @throws MillraceError VERSION_CONFLICT when somebody else wrote it meanwhile, STORAGE_UNAVAILABLE
 */
export async function releaseAgain(items: ItemStore, { item: before, etag }: StoredItem, rerun: Rerun): Promise<Item> {
  const item = rerunItem(before, rerun);
  const { wide } = await items.linksOf(item);
  const isBad = before.state !== "completed";
  let saved: StoredItem = { item, etag };
  let from = 0;
  do {
    const children = wide.slice(from, from + CHILDREN_AT_ONCE).map((index) => ({ batchId: item.batchId, index }));
    const lacks: Row[] = isBad ? children.map((child) => lackMark(child, item.index)) : [];
    const put = [activeMark(item), ...children.map((child) => edgeMark(child, item.index))];
    const remove = [activeMark(before), ...(isBad ? [badMark(item)] : []), ...lacks];
    saved = { item, etag: await items.save([saved], { put, remove }) };
    from += CHILDREN_AT_ONCE;
  } while (from < wide.length);
  return item;
}

/** The item as it runs again: a pure function. Of how it ended before, nothing is left. */
function rerunItem(item: Item, rerun: Rerun): Item {
  const { endedAt: _ended, error: _error, isJobless: _jobless, outputDigest: _output, ...rest } = item;
  const { isStale: _stale, passesOn: _passes, inputDigest: _input, rerunKey: _key, ...kept } = rest;
  return { ...kept, ...rerun, state: "released", isRerun: true, round: (item.round ?? 0) + 1 };
}

/** Which operation of its job comes next; none when the job is gone. */
async function nextRun({ jobs }: Pick<BatchDeps, "jobs">, origin: Origin, item: Item): Promise<number | undefined> {
  if (!hasJob(item)) return 1;
  const stored = await jobs.get({ workspaceId: origin.workspaceId, jobId: jobIdOf(item) });
  return stored && stored.job.operations + 1;
}

/**
 * Looks at an item something of whose parents has run again. It runs again too if it has ended, all of them have, and what
 * they came to is not what it was made of; while that cannot be said, it is marked, and looked at when the rest ends.
 *
 * @returns the item, if it runs again
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function rerunIfChanged(deps: BatchDeps, origin: Origin, ref: ItemRef): Promise<Item | undefined> {
  return againOnConflict(async () => {
    const stored = await deps.items.require(ref);
    const { item } = stored;
    if (item.state === "blocked") return undefined;
    const { decision, inputDigest } = await askParents(deps.items, item);
    if (!hasEnded(item.state) || (decision === "wait" && item.policy !== "fail_fast")) {
      if (!item.isStale) await deps.items.save([{ ...stored, item: { ...item, isStale: true } }]);
      return undefined;
    }
    const isChanged = decision === "release" && inputDigest !== item.inputDigest;
    const run = isChanged ? await nextRun(deps, origin, item) : undefined;
    if (run) return releaseAgain(deps.items, stored, { run, passesOn: true, inputDigest });
    const { isStale, ...fresh } = item;
    if (isStale) await deps.items.save([{ ...stored, item: fresh }]);
    return undefined;
  });
}
