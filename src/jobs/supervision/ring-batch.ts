import { handOffEnvelope } from "../../contract/batch-envelope.ts";
import type { BatchEnvelope } from "../../contract/batch-envelope.ts";
import { batchIdSchema, workspaceIdSchema } from "../../contract/ids.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log.ts";
import { partsOfRowKey } from "../../platform/partitions.ts";
import type { RowKey, StoredRow } from "../../platform/tables.ts";
import { waitMs } from "../life/due.ts";
import type { Patience } from "../life/due.ts";
import { ringOf } from "../store/due-store.ts";
import type { DueStore } from "../store/due-store.ts";
import { handOffOfWakeUp } from "../store/hand-off.ts";

/**
 * Rings for a batch: puts the message on the queue of batches.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export type RingForBatch = (envelope: BatchEnvelope) => Promise<void>;

export interface RingBatchDeps {
  readonly ringForBatch: RingForBatch;
  readonly due: Pick<DueStore, "noteRing">;
  readonly clock: Clock;
  readonly patience: Patience;
}

/**
 * Rings for a batch, or for a hand-off to one, whose wake-up row is due: what is to be done there is not the supervisor's
 * affair. The row stays, and says that somebody was rung for; each ring doubles the wait for the next. Whoever does what
 * it is for removes it. Nothing, where the row is for something else.
 *
 * @throws MillraceError VERSION_CONFLICT when another supervisor was faster, STORAGE_UNAVAILABLE
 */
export async function ringBatch(
  deps: RingBatchDeps,
  stored: StoredRow,
  log: Log,
): Promise<"ring" | "notYet" | undefined> {
  const envelope = batchEnvelopeOf(stored.row);
  if (!envelope) return undefined;
  const now = deps.clock.now();
  const { rings, rungAt } = ringOf(stored.row) ?? { rings: 0, rungAt: undefined };
  if (rungAt && rungAt.getTime() + waitMs(rings - 1, deps.patience) > now.getTime()) return "notYet";
  await deps.ringForBatch(envelope);
  await deps.due.noteRing(stored, { rings: rings + 1, rungAt: now });
  const facts = { row: stored.row.rowKey, rings: rings + 1 };
  // A batch that runs for long is looked at now and then; a hand-off that is left over, somebody did not do.
  if (envelope.kind === "batch") log.info("rung for a batch", facts);
  else log.warn("rung for a hand-off", facts);
  return "ring";
}

/** Whether a wake-up row is for a batch, or for a hand-off to one. */
export function isForBatch(key: RowKey): boolean {
  return batchEnvelopeOf(key) !== undefined;
}

function batchEnvelopeOf(key: RowKey): BatchEnvelope | undefined {
  const handOff = handOffOfWakeUp(key);
  if (handOff) return handOffEnvelope(handOff);
  const [, time, workspaceId, id] = partsOfRowKey(key.rowKey);
  const { data: workspace } = workspaceIdSchema.safeParse(workspaceId);
  const { data: batchId } = batchIdSchema.safeParse(id);
  return workspace !== undefined && batchId !== undefined
    ? { schema: 1, kind: "batch", workspace_id: workspace, batch_id: batchId, due_at: time }
    : undefined;
}
