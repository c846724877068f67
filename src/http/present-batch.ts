import type { BatchLine } from "../batches/batch-line.ts";
import { BATCH_STATUS_OF } from "../batches/batch-phases.ts";
import type { Batch, BatchRef } from "../batches/batch.ts";
import type { ShownBatch, ShownItem } from "../batches/read-batch.ts";
import type { RegeneratedItems } from "../batches/regenerate-items.ts";
import { ITEM_STATUSES } from "../contract/batch-view.ts";
import type {
  AcceptedBatchView,
  BatchStatus,
  BatchView,
  ItemView,
  ListedBatchView,
  RegeneratedItemsView,
} from "../contract/batch-view.ts";
import { MillraceError } from "../platform/errors.ts";
import { traceIdOf } from "../platform/trace.ts";
import { omitUndefined } from "./present-job.ts";

export function batchUrl(origin: string, batchId: string): string {
  return `${origin}/api/batches/${batchId}`;
}

/** What 202 answers, however far the batch is by now: the answer is to the asking. */
export function presentAcceptedBatch(batch: Batch, origin: string): AcceptedBatchView {
  return {
    batch_id: batch.batchId,
    status: "accepted",
    status_url: batchUrl(origin, batch.batchId),
    item_count: batch.items,
    created_at: batch.createdAt.toISOString(),
    trace_id: traceIdOf(batch.traceparent),
  };
}

export function presentBatch({ batch, counts, items, last }: ShownBatch, origin: string, next?: string): BatchView {
  return omitUndefined({
    ...presentListedBatch(batch, origin),
    counts: Object.fromEntries(ITEM_STATUSES.map((status) => [status, counts[status] ?? 0])),
    items: items.map(presentItem),
    next_link: next,
    finally: last && presentFinally(batch, last),
  }) as BatchView;
}

/** What the batch's own row says. @throws MillraceError BATCH_NOT_FOUND when its retention is over */
export function presentListedBatch(batch: Batch, origin: string): ListedBatchView {
  const self = batchUrl(origin, batch.batchId);
  return omitUndefined({
    batch_id: batch.batchId,
    status: statusOf(batch),
    on_failure: batch.policy,
    stopping: !batch.endedAt && batch.stop ? batch.stop : undefined,
    item_count: batch.items,
    created_at: batch.createdAt.toISOString(),
    updated_at: batch.updatedAt.toISOString(),
    ended_at: batch.endedAt?.toISOString(),
    expires_at: batch.expiresAt?.toISOString(),
    trace_id: traceIdOf(batch.traceparent),
    links: {
      self,
      cancel: `${self}/cancel`,
      history: `${self}/history`,
      jobs: `${origin}/api/jobs?batch_id=${batch.batchId}`,
    },
  }) as ListedBatchView;
}

/** @throws MillraceError BATCH_NOT_FOUND when its retention is over */
function statusOf({ phase }: Batch): BatchStatus {
  if (phase !== "gone") return BATCH_STATUS_OF[phase];
  throw new MillraceError("BATCH_NOT_FOUND", "There is no batch with this id in this workspace");
}

function presentItem(item: ShownItem): ItemView {
  return { key: item.key, ...presentLast(item), depends_on: [...item.dependsOn] };
}

/** What a cancelled batch did not come to is not blocked: nothing begins it, unless an item is run again. */
function presentFinally({ phase }: Batch, last: ShownItem): ReturnType<typeof presentLast> {
  const isCalledOff = phase === "cancelled" && last.status === "blocked";
  return presentLast(isCalledOff ? { ...last, status: "cancelled" } : last);
}

function presentLast({ jobId, status, error }: ShownItem): Omit<ItemView, "key" | "depends_on"> {
  return { status, ...(jobId && { job_id: jobId }), ...(error && { error }) };
}

export function presentRegenerated(
  { batchId }: BatchRef,
  { refused, ...counts }: RegeneratedItems,
  origin: string,
): RegeneratedItemsView {
  return {
    batch_id: batchId,
    status_url: batchUrl(origin, batchId),
    ...counts,
    refused: refused.map(({ key, error: { code, message } }) => ({ key, code, message })),
  };
}

export function presentBatchLine({ event, at, ...line }: BatchLine): Record<string, unknown> {
  return omitUndefined({ ...line, event: toSnakeCase(event), at: at.toISOString() });
}

/** Events are named as in the code; the wire has no capitals. */
function toSnakeCase(event: string): string {
  return event.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
