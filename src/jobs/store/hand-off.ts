import { z } from "zod";
import { batchIdSchema, jobIdSchema, operationIdSchema, workspaceIdSchema } from "../../contract/ids.ts";
import { InvariantError } from "../../platform/errors.ts";
import { jsonColumns } from "../../platform/json-columns.ts";
import { partsOfRowKey, rowKeyOf } from "../../platform/partitions.ts";
import type { Row, RowKey } from "../../platform/tables.ts";
import type { Patience } from "../life/due.ts";
import { jobErrorSchema } from "../life/job.ts";
import type { Content, Job } from "../life/job.ts";
import { isTerminal } from "../life/lifecycle.ts";
import { WAKE_UP_KIND } from "./due-store.ts";
import { canonicalJson, digest } from "./idempotency.ts";
import { partitionOf } from "./job-row.ts";

const nameSchema = z.object({
  workspaceId: workspaceIdSchema,
  jobId: jobIdSchema,
  operationId: operationIdSchema,
  /** When the supervisor is to ring for it, should it still be there. */
  dueAt: z.date(),
});

const handOffSchema = nameSchema.extend({
  batchId: batchIdSchema,
  /** Of the item. */
  index: z.int(),
  /** Which of the job's operations this was, counted from 1. */
  run: z.int(),
  outcome: z.enum(["completed", "failed", "cancelled"]),
  endedAt: z.date(),
  /** Of the result. */
  outputDigest: z.string().optional(),
  error: jobErrorSchema.optional(),
});

/**
 * What an operation that ended has to tell the batch of its job. The row is written in the transaction of the end, and
 * stands until the batch knows: whoever ends the job tells it at once, and the supervisor rings for what is left over. It
 * says all that the batch needs, so that the job may be deleted meanwhile.
 */
export type HandOff = z.infer<typeof handOffSchema>;
export type HandOffName = z.infer<typeof nameSchema>;

const OUTCOME_OF = { done: "completed", failed: "failed", cancelled: "cancelled" } as const;

/** What this change of a job has to tell its batch: something only if it ended the operation. */
export function handOffOf(job: Job, before: Job, patience: Patience): HandOff | undefined {
  const isNew = job.last.version !== before.last.version;
  if (!job.batch || !isTerminal(job.phase) || !("endedAt" in job) || !isNew || isTerminal(before.phase))
    return undefined;
  return {
    workspaceId: job.workspaceId,
    jobId: job.jobId,
    operationId: job.operationId,
    dueAt: new Date(job.endedAt.getTime() + patience.messageMs),
    batchId: job.batch.batchId,
    index: job.batch.index,
    run: job.operations,
    outcome: OUTCOME_OF[job.phase],
    endedAt: job.endedAt,
    ...(job.phase === "done" && { outputDigest: outputDigestOf(job.result) }),
    ...(job.phase === "failed" && { error: job.error }),
  };
}

function outputDigestOf(result: Content): string | undefined {
  return "blob" in result ? result.digest : digest(canonicalJson(result.inline));
}

/** Beside the job, among the wake-up rows. */
export function handOffKey({ workspaceId, jobId, operationId, dueAt }: HandOffName): RowKey {
  return {
    partitionKey: partitionOf({ jobId }),
    rowKey: rowKeyOf(WAKE_UP_KIND, dueAt.toISOString(), workspaceId, jobId, operationId),
  };
}

const COLUMNS = jsonColumns("error");

export function handOffRow({ workspaceId, jobId, operationId, dueAt, ...columns }: HandOff): Row {
  return { ...handOffKey({ workspaceId, jobId, operationId, dueAt }), ...COLUMNS.encode(columns) };
}

/** Which hand-off a wake-up row is for; none if it is for something else. */
export function handOffOfWakeUp({ rowKey }: RowKey): HandOffName | undefined {
  const [, time = "", workspaceId, jobId, operationId] = partsOfRowKey(rowKey);
  return nameSchema.safeParse({ workspaceId, jobId, operationId, dueAt: new Date(time) }).data;
}

/** @throws InvariantError when the row is not a hand-off */
export function readHandOff(row: Row): HandOff {
  const parsed = handOffSchema.safeParse({ ...COLUMNS.decode(row), ...handOffOfWakeUp(row) });
  if (parsed.success) return parsed.data;
  throw new InvariantError("b9d04c7e", `Cannot read row "${row.rowKey}" as a hand-off`);
}
