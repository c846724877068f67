import { z } from "zod";
import { InvariantError } from "../../platform/errors.ts";
import { newestFirst } from "../../platform/ids.ts";
import { jsonColumns } from "../../platform/json-columns.ts";
import { partsOfRowKey, rowKeyOf, rowKeysUnder } from "../../platform/partitions.ts";
import type { Row, RowKey } from "../../platform/tables.ts";
import { jobErrorSchema, usageSchema } from "../life/job.ts";
import type { Job, JobRef } from "../life/job.ts";
import { JOB_PHASES } from "../life/lifecycle.ts";
import type { JobEventType } from "../life/lifecycle.ts";
import { actorSchema } from "../life/transition.ts";
import { undoOfJob } from "../life/undo.ts";
import { partitionOf } from "./job-row.ts";

const entrySchema = z.object({
  version: z.int(),
  event: z.string(),
  from: z.enum(JOB_PHASES).optional(),
  to: z.enum(JOB_PHASES),
  at: z.date(),
  actor: actorSchema,
  operationId: z.string(),
  attempt: z.int(),
  step: z.string().optional(),
  by: z.string().optional(),
  reason: z.string().optional(),
  /** Why an attempt failed, or the operation did. */
  error: jobErrorSchema.optional(),
  /** Of an operation that has ended: the row's own is gone when the next begins. */
  usage: usageSchema.optional(),
});

/** A line of a job's history: written once, in the transaction that made it true, and never again. */
export type HistoryEntry = z.infer<typeof entrySchema>;

export const HISTORY_KIND = "hist";
/** Versions are counted downwards in keys, so that the latest comes first. */
const HIGHEST_VERSION = 9_999_999_999;

const COLUMNS = jsonColumns("error", "usage");

/** The line that the job's last transition adds. */
export function historyRow(job: Job): Row {
  const { version, event, from, actor, step, by, reason } = job.last;
  const entry = {
    version,
    event,
    from,
    to: job.phase,
    at: job.updatedAt,
    actor,
    operationId: job.operationId,
    attempt: job.attempt,
    step,
    by,
    reason,
    error: errorOf(job),
    usage: "endedAt" in job && event !== "undone" ? job.usage : undefined,
  };
  return { ...historyKey(job, version), ...COLUMNS.encode(entry) };
}

const FAILED_TRIES: ReadonlySet<string> = new Set<JobEventType>(["requeued", "stumbled", "lapsed"]);

function errorOf(job: Job): Job["lastError"] {
  if (job.last.event === "undone") return undoOfJob(job).find(({ step }) => step === job.last.step)?.error;
  if (job.phase === "failed") return job.error;
  return FAILED_TRIES.has(job.last.event) ? job.lastError : undefined;
}

/** Beside the job, in its partition; the latest comes first. */
export function historyKey(ref: JobRef, version: number): RowKey {
  const place = String(HIGHEST_VERSION - version).padStart(10, "0");
  return {
    partitionKey: partitionOf(ref),
    rowKey: rowKeyOf(HISTORY_KIND, ref.workspaceId, newestFirst(ref.jobId), place),
  };
}

/** The version that the key of a history row tells of, be the row itself readable or not. */
export function versionOfHistoryRow({ rowKey }: RowKey): number {
  return HIGHEST_VERSION - Number(partsOfRowKey(rowKey).at(-1));
}

/** Between which row keys the history of a job stands. */
export function historyKeys({ workspaceId, jobId }: JobRef): { readonly after: string; readonly before: string } {
  return rowKeysUnder(HISTORY_KIND, workspaceId, newestFirst(jobId));
}

/** @throws InvariantError when the row is not a line of a history */
export function readHistoryRow(row: Row): HistoryEntry {
  const parsed = entrySchema.safeParse(COLUMNS.decode(row));
  if (parsed.success) return parsed.data;
  throw new InvariantError("7ab2c90f", `Cannot read row "${row.rowKey}" as a line of a history`);
}
