import { againOnConflict } from "../platform/again-on-conflict.ts";
import type { BatchDeps } from "./batch-deps.ts";
import { isOver } from "./batch-phases.ts";
import type { BatchPhase } from "./batch-phases.ts";
import type { StoredBatch } from "./batch-store.ts";
import { evolveBatch } from "./batch.ts";
import type { Batch, BatchEvent, BatchRef } from "./batch.ts";
import { endIfOver } from "./end-batch.ts";
import { finishBatch } from "./finish-batch.ts";
import { FINALLY_INDEX } from "./item.ts";
import type { Item } from "./item.ts";
import { loadItems } from "./load-items.ts";
import { activeMark } from "./marks.ts";
import { forEachPage, openBatch } from "./open-batch.ts";
import { passOnAgain, startAndPassOn } from "./pass-on.ts";
import { batchFolder } from "./plan.ts";
import { sweepBatch } from "./sweep-batch.ts";

/**
 * Does what a batch as a whole needs next, until it needs nothing that can be done now. Each stage can be begun again from
 * its beginning, by somebody else and at the same time; only when it is done does the row say so.
 *
 * @returns the batch as it was last read; nothing if it is not there
 * @throws MillraceError STORAGE_UNAVAILABLE, VERSION_CONFLICT when others keep writing
 */
export async function advanceBatch(deps: BatchDeps, ref: BatchRef): Promise<StoredBatch | undefined> {
  for (;;) {
    const stored = await deps.batches.get(ref);
    if (!stored) return undefined;
    const { batch } = stored;
    const type = await stageOf(deps, stored);
    if (!type) return stored;
    await againOnConflict(async () => {
      const current = await deps.batches.get(ref);
      if (current?.batch.phase !== batch.phase) return; // Another has come as far, or the client changed its mind.
      const event: BatchEvent = { type, actor: "worker" };
      await deps.batches.save(evolveBatch(current.batch, event, deps.clock.now()), current);
    });
  }
}

/** Does what belongs to the batch's phase. Returns what has happened to the batch by that, if it goes on at once. */
async function stageOf(deps: BatchDeps, stored: StoredBatch): Promise<BatchEvent["type"] | undefined> {
  const { batch } = stored;
  const stage: Stage | undefined = isOver(batch.phase) ? expire : STAGES[batch.phase];
  return stage(deps, batch, stored);
}

type Stage = (deps: BatchDeps, batch: Batch, stored: StoredBatch) => Promise<BatchEvent["type"] | undefined>;

const STAGES: Readonly<Record<Exclude<BatchPhase, "completed" | "failed" | "cancelled">, Stage>> = {
  async loading(deps, batch) {
    await loadItems(deps, batch);
    return "loaded";
  },
  async opening(deps, batch) {
    if (batch.stop) return "stopped"; // It was cancelled while it was loaded.
    await openBatch(deps, batch);
    return "opened";
  },
  async running(deps, batch) {
    await startReruns(deps, batch);
    await endIfOver(deps, batch);
    return undefined;
  },
  async stopping(deps, batch) {
    await sweepBatch(deps, batch);
    return "swept";
  },
  async draining(deps, batch) {
    // Who began something before the sweep may have written it behind it, or have died before it was done.
    if (await deps.items.isMarked("active", batch.batchId)) await sweepBatch(deps, batch);
    await endIfOver(deps, batch);
    return undefined;
  },
  async finishing(deps, batch) {
    await finishBatch(deps, batch);
    return undefined;
  },
  async gone(deps, batch, stored) {
    await deps.content.deleteFolder(batchFolder(batch));
    await deps.items.clear(batch.batchId);
    await deps.batches.forget(stored);
    return undefined;
  },
};

/** What is to run again stands in the rows; whoever wrote it may have died before it began. */
async function startReruns(deps: BatchDeps, batch: Batch): Promise<void> {
  const { batchId, hasFinally } = batch;
  const goOn = async (page: readonly Item[]) => {
    for (const item of page) await startRerun(deps, batch, item);
  };
  await forEachPage(deps, { batchId, isJobless: true, isRerun: true }, goOn);
  await forEachPage(deps, { batchId, state: "released", isRerun: true }, goOn);
  if (hasFinally) await goOn([(await deps.items.require({ batchId, index: FINALLY_INDEX })).item]);
}

async function startRerun(deps: BatchDeps, batch: Batch, item: Item): Promise<void> {
  if (!item.isRerun) return;
  if (item.state === "released") await startAndPassOn(deps, batch, item);
  else if (item.isJobless && (await deps.items.hasMark(activeMark(item)))) await passOnAgain(deps, batch, item);
}

async function expire({ clock }: BatchDeps, { expiresAt }: Batch): Promise<"expired" | undefined> {
  return expiresAt && expiresAt <= clock.now() ? "expired" : undefined;
}
