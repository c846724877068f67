import { z } from "zod";
import { actorSchema } from "../jobs/life/transition.ts";
import { InvariantError } from "../platform/errors.ts";
import { newestFirst } from "../platform/ids.ts";
import { partitionOfId, rowKeyOf, rowKeysUnder } from "../platform/partitions.ts";
import type { Row } from "../platform/tables.ts";
import { BATCH_PHASES } from "./batch-phases.ts";
import type { Batch, BatchRef } from "./batch.ts";

const lineSchema = z.object({
  version: z.int(),
  event: z.string(),
  from: z.enum(BATCH_PHASES).optional(),
  to: z.enum(BATCH_PHASES),
  at: z.date(),
  actor: actorSchema,
  reason: z.string().optional(),
});

/** A line of a batch's history: written once, in the transaction that made it true, and never again. */
export type BatchLine = z.infer<typeof lineSchema>;

export const BATCH_LINE_KIND = "batchhist";
/** Versions are counted downwards in keys, so that the latest comes first. */
const HIGHEST_VERSION = 9_999_999_999;

/** The line that the batch's last change adds, beside it. */
export function toBatchLine({ workspaceId, batchId, last, phase, updatedAt }: Batch): Row {
  const place = String(HIGHEST_VERSION - last.version).padStart(10, "0");
  return {
    partitionKey: partitionOfId(batchId),
    rowKey: rowKeyOf(BATCH_LINE_KIND, workspaceId, newestFirst(batchId), place),
    ...last,
    to: phase,
    at: updatedAt,
  };
}

/** Between which row keys the lines of a batch stand. */
export function batchLineKeys({ workspaceId, batchId }: BatchRef): { readonly after: string; readonly before: string } {
  return rowKeysUnder(BATCH_LINE_KIND, workspaceId, newestFirst(batchId));
}

/** @throws InvariantError when the row is not a line of a batch's history */
export function readBatchLine(row: Row): BatchLine {
  const parsed = lineSchema.safeParse(row);
  if (parsed.success) return parsed.data;
  throw new InvariantError("a11f60e3", `Cannot read row "${row.rowKey}" as a line of a batch's history`);
}
