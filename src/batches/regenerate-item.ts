import { isTerminal } from "../jobs/life/lifecycle.ts";
import { requireNothingToUndo } from "../jobs/life/undo.ts";
import { digest } from "../jobs/store/idempotency.ts";
import { againOnConflict } from "../platform/again-on-conflict.ts";
import { MillraceError } from "../platform/errors.ts";
import { askParents } from "./ask-gate.ts";
import type { BatchDeps } from "./batch-deps.ts";
import { nextBatchPhase } from "./batch-phases.ts";
import { evolveBatch } from "./batch.ts";
import type { Batch, BatchRef } from "./batch.ts";
import { hasEnded } from "./item-states.ts";
import type { StoredItem } from "./item-store.ts";
import { FINALLY_INDEX, FINALLY_KEY, hasJob, jobIdOf } from "./item.ts";
import type { Item } from "./item.ts";
import { rerunMark } from "./marks.ts";
import { startAndPassOn } from "./pass-on.ts";
import { releaseAgain } from "./rerun-item.ts";

export interface RegenerateItemCommand {
  readonly ref: BatchRef;
  readonly key: string;
  /** Its place, if the caller knows: it is looked for by its key otherwise. */
  readonly index?: number | undefined;
  /** `rerun_changed`: what depends on it runs again when that changes what it takes in, and so on. */
  readonly dependents: "keep" | "rerun_changed";
  /** Nobody, if the request did not say who sent it. */
  readonly submittedBy?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface RegeneratedItem {
  readonly batch: Batch;
  /** The key had the item run again before, for the last time: that is what was begun then. */
  readonly replayed: boolean;
}

/**
 * Has one item that has ended run again, as a new operation of its job; the batch runs again until that has ended. The
 * rows say so first, then the job begins: should it not, the batch wakes up for it.
 *
 * @throws MillraceError BATCH_NOT_FOUND, NOT_FOUND, ITEM_NOT_ENDED, UNDO_PENDING, IDEMPOTENCY_MISMATCH, JOB_NOT_FOUND,
 * GONE, VERSION_CONFLICT, STORAGE_UNAVAILABLE
 */
export async function regenerateItem(deps: BatchDeps, command: RegenerateItemCommand): Promise<RegeneratedItem> {
  const begun = await againOnConflict(async () => begin(deps, command));
  if (!begun) return { batch: (await deps.batches.require(command.ref)).batch, replayed: true };
  await startAndPassOn(deps, begun.batch, begun.item);
  return { batch: begun.batch, replayed: false };
}

interface Begun {
  readonly batch: Batch;
  readonly item: Item;
}

/** Nothing, when the request has begun it before. */
async function begin(deps: BatchDeps, command: RegenerateItemCommand): Promise<Begun | undefined> {
  const { ref, key, dependents, submittedBy } = command;
  const rerunKey = rerunKeyOf(command);
  await deps.batches.require(ref);
  const found = await findItem(deps, command);
  if (!found) throw new MillraceError("NOT_FOUND", "There is no item with this key in the batch");
  if (isBegunBy(found.item, rerunKey)) return undefined;
  const run = await requireNextRun(deps, ref, found.item);
  const heldBy = rerunMark(found.item);
  const etag = await deps.items.save([found], { put: [heldBy] });
  const batch = await reopen(deps, ref, key);
  const { inputDigest } = await askParents(deps.items, found.item);
  const rerun = { run, passesOn: dependents === "rerun_changed", inputDigest, ...(rerunKey && { rerunKey }) };
  const item = await releaseAgain(deps.items, { ...found, etag }, { ...rerun, by: { submittedBy, heldBy } });
  return { batch, item };
}

async function findItem({ items }: BatchDeps, command: RegenerateItemCommand): Promise<StoredItem | undefined> {
  const { key, index } = command;
  const { batchId } = command.ref;
  if (index !== undefined) return items.get({ batchId, index });
  if (key === FINALLY_KEY) return items.get({ batchId, index: FINALLY_INDEX });
  return (await items.list({ batchId, key, limit: 1 }))[0];
}

/** What the request leaves on what it begins, to be known again. */
export function rerunKeyOf({
  idempotencyKey,
  dependents,
}: Pick<RegenerateItemCommand, "idempotencyKey" | "dependents">): string | undefined {
  return idempotencyKey === undefined ? undefined : `${digest(idempotencyKey)} ${dependents}`;
}

/** @throws MillraceError IDEMPOTENCY_MISMATCH */
export function isBegunBy({ rerunKey: earlier }: Pick<Item, "rerunKey">, rerunKey: string | undefined): boolean {
  if (!rerunKey || earlier?.split(" ")[0] !== rerunKey.split(" ")[0]) return false;
  if (earlier === rerunKey) return true;
  throw new MillraceError("IDEMPOTENCY_MISMATCH", "This Idempotency-Key was used for a request with another body");
}

/** Written even if it runs: so nobody ends it who has looked at it before, and somebody comes should this one die. */
async function reopen({ batches, clock }: BatchDeps, ref: BatchRef, key: string): Promise<Batch> {
  const stored = await batches.require(ref);
  const { batch } = stored;
  if (!nextBatchPhase(batch.phase, "reopened"))
    throw new MillraceError("ITEM_NOT_ENDED", `The batch is "${batch.phase}" just now; try again when it has ended`);
  const event = { type: "reopened", actor: "client", reason: `Item "${key}" runs again` } as const;
  return (await batches.save(evolveBatch(batch, event, clock.now()), stored)).batch;
}

/** @throws MillraceError ITEM_NOT_ENDED, JOB_NOT_FOUND, GONE */
async function requireNextRun({ jobs }: BatchDeps, { workspaceId }: BatchRef, item: Item): Promise<number> {
  if (!hasEnded(item.state)) throw new MillraceError("ITEM_NOT_ENDED", `The item is "${item.state}"`);
  if (!hasJob(item)) return 1;
  const { job } = await jobs.require({ workspaceId, jobId: jobIdOf(item) });
  if (!isTerminal(job.phase)) throw new MillraceError("ITEM_NOT_ENDED", "The item's job runs again already");
  requireNothingToUndo(job);
  return job.operations + 1;
}
