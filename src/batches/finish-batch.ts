import { againOnConflict } from "../platform/again-on-conflict.ts";
import type { BatchDeps } from "./batch-deps.ts";
import type { Batch } from "./batch.ts";
import { endIfOver } from "./end-batch.ts";
import { FINALLY_INDEX } from "./item.ts";
import type { Item } from "./item.ts";
import { activeMark } from "./marks.ts";
import { passOn } from "./pass-on.ts";
import { releasedItem } from "./release-dependents.ts";
import { startItem } from "./start-item.ts";

/**
 * Begins the job that the request wanted when all items have ended; or ends the batch, if that job has.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function finishBatch(deps: BatchDeps, batch: Batch): Promise<void> {
  const item = await releaseFinally(deps, batch.batchId);
  if (item.state === "released") {
    const started = await startItem(deps, batch, { item });
    if (started.outcome === "ended") await passOn(deps, batch, { ended: started.stored.item, ...ALL });
  } else if (item.isJobless) await passOn(deps, batch, { ended: item, ...ALL });
  else await endIfOver(deps, batch);
}

const ALL = { isRepeat: true, budget: Infinity } as const;

/** The item as it is when that is done, by whomever. */
async function releaseFinally({ items }: BatchDeps, batchId: string): Promise<Item> {
  return againOnConflict(async () => {
    const { item, etag } = await items.require({ batchId, index: FINALLY_INDEX });
    if (item.state !== "blocked") return item;
    const released = releasedItem(item);
    await items.save([{ item: released, etag }], { put: [activeMark(released)] });
    return released;
  });
}
