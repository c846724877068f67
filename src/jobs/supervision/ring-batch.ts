import { handOffEnvelope } from "../../contract/batch-envelope.ts";
import type { BatchEnvelope } from "../../contract/batch-envelope.ts";
import { batchIdSchema, workspaceIdSchema } from "../../contract/ids.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log.ts";
import { partsOfRowKey } from "../../platform/partitions.ts";
import type { Row, RowKey, StoredRow } from "../../platform/tables.ts";
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
  logRing(log, { row: stored.row, kind: envelope.kind, rings: rings + 1 });
  return "ring";
}

/** By now the waits add up to sixteen times the patience: half an hour, by default. */
const RINGS_TO_ALARM = 5;

interface Rung {
  readonly row: Row;
  readonly kind: BatchEnvelope["kind"];
  readonly rings: number;
}

/** A batch whose jobs take long is looked at now and then. What else nobody comes for, a person must look into. */
function logRing(log: Log, { row, kind, rings }: Rung): void {
  const facts = { row: row.rowKey, rings };
  const what = kind === "batch" ? "batch" : "hand-off";
  if (rings >= RINGS_TO_ALARM && row["mayStand"] !== true) log.error(`${what} does not come on`, facts, undefined);
  else if (kind === "batch") log.info("rung for a batch", facts);
  else log.warn("rung for a hand-off", facts);
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
