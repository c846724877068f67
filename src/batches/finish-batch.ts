import { againOnConflict } from "../platform/again-on-conflict.ts";
import type { BatchDeps } from "./batch-deps.ts";
import type { Batch, BatchRef } from "./batch.ts";
import { endIfOver } from "./end-batch.ts";
import { FINALLY_INDEX } from "./item.ts";
import type { Item } from "./item.ts";
import { activeMark } from "./marks.ts";
import { passOnAgain, startAndPassOn } from "./pass-on.ts";
import { releasedItem } from "./release-dependents.ts";

/**
 * Begins the job that the request wanted when all items have ended; or ends the batch, if that job has.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function finishBatch(deps: BatchDeps, batch: Batch): Promise<void> {
  const item = await releaseFinally(deps, batch);
  if (!item) return;
  if (item.state === "released") await startAndPassOn(deps, batch, item);
  else if (item.isJobless) await passOnAgain(deps, batch, item);
  else await endIfOver(deps, batch);
}

/**
 * The item as it is when that is done, by whomever; nothing when the batch is cancelled meanwhile. The item is read before
 * the batch: who stops the batch writes the item after it, and so one of the two meets the other.
 */
async function releaseFinally({ items, batches }: BatchDeps, ref: BatchRef): Promise<Item | undefined> {
  return againOnConflict(async () => {
    const { item, etag } = await items.require({ batchId: ref.batchId, index: FINALLY_INDEX });
    if (item.state !== "blocked") return item;
    if ((await batches.get(ref))?.batch.phase !== "finishing") return undefined;
    const released = releasedItem(item);
    await items.save([{ item: released, etag }], { put: [activeMark(released)] });
    return released;
  });
}
