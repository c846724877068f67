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
  /** Nobody new, where it is looked at again at its own end: its own mark is there. */
  readonly by?: RerunBy | undefined;
}

/** Who has an item run again. */
export interface RerunBy {
  readonly submittedBy: string | undefined;
  /** A mark that must still be there: what keeps the batch from ending until this is written. */
  readonly heldBy: Row;
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
  let heldBy: readonly Row[] = rerun.by ? [rerun.by.heldBy] : [];
  let from = 0;
  do {
    const children = wide.slice(from, from + CHILDREN_AT_ONCE).map((index) => ({ batchId: item.batchId, index }));
    const lacks: Row[] = isBad ? children.map((child) => lackMark(child, item.index)) : [];
    const put = [activeMark(item), ...children.map((child) => edgeMark(child, item.index))];
    const remove = [activeMark(before), ...(isBad ? [badMark(item)] : []), ...lacks];
    saved = { item, etag: await items.save([saved], { put, remove, heldBy }) };
    heldBy = []; // By its own mark, from now on.
    from += CHILDREN_AT_ONCE;
  } while (from < wide.length);
  return item;
}

/** The item as it runs again: a pure function. Of how it ended before, nothing is left. */
function rerunItem(item: Item, { by, ...rerun }: Rerun): Item {
  const { endedAt: _ended, error: _error, isJobless: _jobless, outputDigest: _output, ...rest } = item;
  const { isStale: _stale, passesOn: _passes, inputDigest: _input, rerunKey: _key, ...kept } = rest;
  const submittedBy = by ? by.submittedBy : item.submittedBy;
  return { ...kept, ...rerun, submittedBy, state: "released", isRerun: true, round: (item.round ?? 0) + 1 };
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
export async function rerunIfChanged(
  deps: BatchDeps,
  origin: Origin,
  { ref, by }: { readonly ref: ItemRef; readonly by?: RerunBy | undefined },
): Promise<Item | undefined> {
  const looked = await againOnConflict(async () => lookAt(deps, origin, { ref, by }));
  // The last of its parents may have ended just before the mark was there, and seen none.
  return looked === "marked" ? rerunIfChanged(deps, origin, { ref, by }) : looked;
}

async function lookAt(
  { items, jobs }: Pick<BatchDeps, "items" | "jobs">,
  origin: Origin,
  { ref, by }: { readonly ref: ItemRef; readonly by: RerunBy | undefined },
): Promise<Item | "marked" | undefined> {
  const stored = await items.require(ref);
  const { isStale, ...item } = stored.item;
  if (item.state === "blocked") return undefined;
  const { decision, inputDigest, areAllEnded } = await askParents(items, item);
  if (!hasEnded(item.state) || !areAllEnded) {
    if (isStale) return undefined;
    await items.save([{ ...stored, item: { ...item, isStale: true } }]);
    return "marked";
  }
  const isChanged = decision === "release" && inputDigest !== item.inputDigest;
  const run = isChanged ? await nextRun({ jobs }, origin, item) : undefined;
  if (run) return releaseAgain(items, stored, { run, passesOn: true, inputDigest, by });
  if (isStale) await items.save([{ ...stored, item }]);
  return undefined;
}
