import { cancelJob } from "../jobs/cancel.ts";
import { againOnConflict } from "../platform/again-on-conflict.ts";
import { mapAtOnce } from "../platform/at-once.ts";
import { hasCode } from "../platform/errors.ts";
import type { BatchDeps } from "./batch-deps.ts";
import type { Batch } from "./batch.ts";
import { endedItem } from "./end-item.ts";
import { FINALLY_INDEX, jobIdOf } from "./item.ts";
import type { Item } from "./item.ts";
import { activeMark, badMark } from "./marks.ts";
import { forEachPage } from "./open-batch.ts";
import { ITEMS_AT_ONCE } from "./release-dependents.ts";
import { startItem } from "./start-item.ts";

const AT_ONCE = 8;

/**
 * Cancels everything of a batch that has not ended. First what is blocked, until nothing is: from then on nothing is
 * released any more. Then the jobs of what is released, each made first if it is not there yet: else somebody who is about
 * to make it would make one that nobody has cancelled. Whoever goes on after a crash begins anew and finds less.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function sweepBatch(deps: BatchDeps, batch: Batch): Promise<void> {
  const { batchId } = batch;
  await deps.items.unmarkAll("rerun", batchId); // Who is about to have an item run again is to read once more.
  while (await cancelAllBlocked(deps, batch));
  await deps.items.unmarkAll("edge", batchId); // Nobody waits for anybody any more.
  await forEachPage(deps, { batchId, isJobless: true }, async (page) => {
    for (const item of page) await deps.items.unmark(activeMark(item)); // Nothing follows from their ends any more.
  });
  await forEachPage(deps, { batchId, state: "released" }, async (page) => {
    await mapAtOnce(page, AT_ONCE, async (item) => cancelReleased(deps, batch, item));
  });
  if (!batch.hasFinally) return;
  const last = await passFinally(deps, batchId);
  if (last.state === "released") await cancelReleased(deps, batch, last);
}

/**
 * The job that was wanted at the end. If it is blocked it stays so, since the batch may be opened again; but its row is
 * written, so that whoever is about to release it reads once more, and that the batch is being stopped.
 */
async function passFinally({ items }: BatchDeps, batchId: string): Promise<Item> {
  return againOnConflict(async () => {
    const stored = await items.require({ batchId, index: FINALLY_INDEX });
    if (stored.item.state === "blocked") await items.save([stored]);
    return stored.item;
  });
}

/** In the order of the request, so that those that are cancelled are not looked through again. Returns whether there were any. */
async function cancelAllBlocked(deps: BatchDeps, batch: Batch): Promise<boolean> {
  let behind: number | undefined;
  for (;;) {
    const last = await cancelBlocked(deps, batch, behind);
    if (last === undefined) return behind !== undefined;
    behind = last;
  }
}

/** As many as one transaction holds. Returns the index of the last; nothing if there was none. */
async function cancelBlocked(
  { items, clock }: BatchDeps,
  { batchId }: Batch,
  behind: number | undefined,
): Promise<number | undefined> {
  return againOnConflict(async () => {
    const page = await items.list({ batchId, state: "blocked", behind, limit: ITEMS_AT_ONCE });
    const end = { state: "cancelled", endedAt: clock.now() } as const;
    const [first, ...others] = page.map(({ item, etag }) => ({ item: endedItem(item, end), etag }));
    if (!first) return undefined;
    await items.save([first, ...others], { put: page.map(({ item }) => badMark(item)) });
    return page.at(-1)?.item.index;
  });
}

async function cancelReleased(deps: BatchDeps, batch: Batch, item: Item): Promise<void> {
  const ended = await startItem(deps, batch, { item, isUrgent: true });
  if (ended) {
    await deps.items.unmark(activeMark(item));
    return;
  }
  const ref = { workspaceId: batch.workspaceId, jobId: jobIdOf(item) };
  try {
    await cancelJob(deps, { ref, actor: "client", reason: REASON_OF[batch.stop ?? "cancelled"] });
  } catch (thrown) {
    // It has ended by itself, and may even be gone: its hand-off tells the batch.
    if (!IS_OVER.some((code) => hasCode(thrown, code))) throw thrown;
  }
}

const IS_OVER = ["JOB_ALREADY_ENDED", "JOB_NOT_FOUND", "GONE"] as const;

const REASON_OF = {
  cancelled: "Its batch was cancelled",
  failed: "Another item of its batch did not complete",
} as const;
