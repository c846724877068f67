import { againOnConflict } from "../platform/again-on-conflict.ts";
import type { BatchDeps } from "./batch-deps.ts";
import { nextBatchPhase } from "./batch-phases.ts";
import { evolveBatch } from "./batch.ts";
import type { BatchRef } from "./batch.ts";
import type { Item } from "./item.ts";
import { ringFor } from "./ring-for.ts";

/**
 * Has whatever has not ended cancelled, because an item ended otherwise than well and the policy is to stop then. The row
 * first, then the message, without which the supervisor comes.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function stopBatch(deps: BatchDeps, ref: BatchRef, because: Item): Promise<void> {
  const isStopped = await againOnConflict(async () => {
    const stored = await deps.batches.get(ref);
    if (!stored || !nextBatchPhase(stored.batch.phase, "stopped")) return false;
    const reason = `Item "${because.key}" is ${because.state}`;
    const event = { type: "stopped", actor: "worker", reason } as const;
    await deps.batches.save(evolveBatch(stored.batch, event, deps.clock.now()), stored);
    return true;
  });
  if (isStopped) await ringFor(deps, ref);
}
