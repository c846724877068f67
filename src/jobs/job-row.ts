import { InvariantError } from "../platform/errors.ts";
import { lastDigit, newestFirst } from "../platform/ids.ts";
import type { Row, RowKey } from "../platform/tables.ts";
import { jobSchema } from "./job.ts";
import type { Job, JobRef } from "./job.ts";

/**
 * Jobs of a workspace are spread over this many partitions: one partition serves about 2,000 entities a second (Azure
 * Storage scalability targets), and a list reads all of them at once. Never change it for a workspace that has jobs.
 */
const SHARDS = 16;

function partitionKey(workspaceId: string, shard: number): string {
  return `${workspaceId}:${String(shard).padStart(2, "0")}`;
}

/** Where a job's row and everything that must change with it in one transaction stand. */
export function partitionOf({ workspaceId, jobId }: JobRef): string {
  return partitionKey(workspaceId, lastDigit(jobId) % SHARDS);
}

export function partitionsOf(workspaceId: string): string[] {
  return Array.from({ length: SHARDS }, (_, shard) => partitionKey(workspaceId, shard));
}

/** Newest first, since Table Storage lists in the order of keys only. The prefix leaves room for other kinds of row. */
export function jobRowKey(jobId: string): string {
  return `job-${newestFirst(jobId)}`;
}

export function jobKey(ref: JobRef): RowKey {
  return { partitionKey: partitionOf(ref), rowKey: jobRowKey(ref.jobId) };
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
    JSON_COLUMNS.has(name) && typeof value === "string" ? (JSON.parse(value) as unknown) : value,
  ]);
  const parsed = jobSchema.safeParse(Object.fromEntries(columns));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
  throw new InvariantError("c2a85f03", `Cannot read row "${row.rowKey}" as a job: ${where}`);
}
