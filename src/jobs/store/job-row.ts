import { InvariantError } from "../../platform/errors.ts";
import { newestFirst } from "../../platform/ids.ts";
import { partitionOfId, partsOfRowKey, rowKeyOf, rowKeysUnder } from "../../platform/partitions.ts";
import type { Row, RowKey } from "../../platform/tables.ts";
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

/** The job that a row key names, be the row itself readable or not: its own, or of a line of its history. */
export function jobOfRowKey(rowKey: string): JobRef {
  const [, workspaceId = "", digits = ""] = partsOfRowKey(rowKey);
  return { workspaceId, jobId: `job_${newestFirst(digits)}` };
}

export function jobKey(ref: JobRef): RowKey {
  return { partitionKey: partitionOf(ref), rowKey: jobRowKey(ref) };
}

/** Columns that hold JSON text: everything that is not a flat value. */
const JSON_COLUMNS = new Set([
  "metadata",
  "tags",
  "payload",
  "progress",
  "steps",
  "lastError",
  "error",
  "result",
  "artifacts",
  "usage",
  "sequence",
  "retention",
  "last",
]);

/** A string property holds 32 K characters (64 KiB of UTF-16); this leaves some air. */
export const MAX_COLUMN_CHARACTERS = 30_000;

export function toRow(job: Job): Row {
  const columns = Object.entries(job).map(([name, value]) => [name, JSON_COLUMNS.has(name) ? toJson(value) : value]);
  return { ...jobKey(job), ...(Object.fromEntries(columns) as Record<string, string>) };
}

function toJson(value: unknown): string | undefined {
  const text = value === undefined ? undefined : JSON.stringify(value);
  if (text && text.length > MAX_COLUMN_CHARACTERS)
    throw new InvariantError("51d0b7ce", `Cannot store a column of ${text.length} characters`);
  return text;
}

/** @throws InvariantError when the row is not a job: a half-written row must not pass for one */
export function fromRow(row: Row): Job {
  const columns = Object.entries(row).map(([name, value]) => [
    name,
    JSON_COLUMNS.has(name) && typeof value === "string" ? fromJson(value) : value,
  ]);
  const parsed = jobSchema.safeParse(Object.fromEntries(columns));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
  throw new InvariantError("c2a85f03", `Cannot read row "${row.rowKey}" as a job: ${where}`);
}

/** Nothing when it is no JSON: then the schema says which column is missing. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
