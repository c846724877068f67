import { InvariantError } from "../../platform/errors.ts";
import { newestFirst, newestFirstOfTime } from "../../platform/ids.ts";
import { jsonColumns } from "../../platform/json-columns.ts";
import { partitionOfId, partsOfRowKey, rowKeyOf, rowKeysUnder } from "../../platform/partitions.ts";
import type { Row, RowKey } from "../../platform/tables.ts";
import { awaitedBy } from "../life/awaited.ts";
import { jobSchema } from "../life/job.ts";
import type { Job, JobRef } from "../life/job.ts";

export const JOB_KIND = "job";

/** Where a job's row and everything that must change with it in one transaction stand. */
export function partitionOf({ jobId }: Pick<JobRef, "jobId">): string {
  return partitionOfId(jobId);
}

/** Jobs of one workspace stand together, newest first, since Table Storage lists in the order of keys only. */
export function jobRowKey({ workspaceId, jobId }: JobRef): string {
  return rowKeyOf(JOB_KIND, workspaceId, newestFirst(jobId));
}

/** Between which row keys the jobs of a workspace stand. */
export function jobRowKeys(workspaceId: string): { readonly after: string; readonly before: string } {
  return rowKeysUnder(JOB_KIND, workspaceId);
}

/** Between which row keys the jobs of a batch stand, among others that were made in the same millisecond. */
export function batchJobRowKeys(
  workspaceId: string,
  batchId: string,
): { readonly after: string; readonly before: string } {
  const beginning = rowKeyOf(JOB_KIND, workspaceId, newestFirstOfTime(batchId));
  return { after: beginning, before: `${beginning}|` }; // The separator comes behind every digit.
}

/** The job that a row key names, be the row itself readable or not: its own, or of a line of its history. */
export function jobOfRowKey(rowKey: string): JobRef {
  const [, workspaceId = "", digits = ""] = partsOfRowKey(rowKey);
  return { workspaceId, jobId: `job_${newestFirst(digits)}` };
}

export function jobKey(ref: JobRef): RowKey {
  return { partitionKey: partitionOf(ref), rowKey: jobRowKey(ref) };
}

const COLUMNS = jsonColumns(
  "metadata",
  "tags",
  "payload",
  "progress",
  "steps",
  "former",
  "lastError",
  "error",
  "result",
  "artifacts",
  "usage",
  "sequence",
  "batch",
  "retention",
  "last",
  "waitingFor",
  "waitedFor",
  "undo",
);

export function toRow(job: Job): Row {
  return { ...jobKey(job), ...COLUMNS.encode(job), ...columnsToFindBy(job) };
}

/** Whose word a job waits for: people's, or somebody else's. */
export type Awaits = "approval" | "event";

/** What stands in columns of JSON as well: lists are filtered by it. */
function columnsToFindBy(job: Job): { readonly batchId?: string; readonly awaits?: Awaits } {
  const awaited = awaitedBy(job);
  return {
    ...(job.batch && { batchId: job.batch.batchId }),
    ...(awaited && { awaits: awaited.kind === "approval" ? "approval" : "event" }),
  };
}

/** @throws InvariantError when the row is not a job: a half-written row must not pass for one */
export function fromRow(row: Row): Job {
  const parsed = jobSchema.safeParse(COLUMNS.decode(row));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
  throw new InvariantError("c2a85f03", `Cannot read row "${row.rowKey}" as a job: ${where}`);
}
