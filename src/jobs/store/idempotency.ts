import { createHash } from "node:crypto";
import { withLastDigit } from "../../platform/ids.ts";
import { partsOfRowKey, rowKeyOf } from "../../platform/partitions.ts";
import type { Row, RowKey, Table } from "../../platform/tables.ts";
import type { JobRef } from "../life/job.ts";
import { partitionOf } from "./job-row.ts";

export const IDEMPOTENCY_KIND = "key";

/** What a client's idempotency key stands for: the job it made, and of which request. */
export interface IdempotencyRecord extends JobRef {
  /** Digest of the client's key: a key can hold anything, a row key cannot. */
  readonly keyDigest: string;
  /** Digest of the request: another request under the same key is a mistake of the client's. */
  readonly fingerprint: string;
}

/** @param text a client's key, or the canonical text of a request */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The same text for the same value, whatever the order its fields were sent in. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/**
 * The same job id, moved into the partition that the key's record will be looked for in: job and record must share
 * one, to be written in one transaction.
 */
export function placeBesideKey(jobId: string, keyDigest: string): string {
  return withLastDigit(jobId, Number.parseInt(keyDigest.slice(0, 2), 16) % 32);
}

/** The record under this key, if the workspace has used the key before. */
export async function findIdempotencyRecord(
  table: Table,
  { workspaceId, keyDigest }: { readonly workspaceId: string; readonly keyDigest: string },
): Promise<IdempotencyRecord | undefined> {
  const beside = placeBesideKey("job_0", keyDigest);
  const stored = await table.get(idempotencyRowKey({ workspaceId, jobId: beside, keyDigest }));
  if (!stored) return undefined;
  const { jobId, fingerprint } = stored.row as Row & { readonly jobId: string; readonly fingerprint: string };
  return { workspaceId, keyDigest, jobId, fingerprint };
}

/** The job that the row of a key names. */
export function jobOfIdempotencyRow({ rowKey, jobId }: Row): JobRef {
  const [, workspaceId = ""] = partsOfRowKey(rowKey);
  return { workspaceId, jobId: String(jobId) };
}

/** The row that stands beside the job's own. */
export function toIdempotencyRow(record: IdempotencyRecord): Row {
  return { ...idempotencyRowKey(record), jobId: record.jobId, fingerprint: record.fingerprint };
}

/** Beside the job, in its partition. */
export function idempotencyRowKey(record: Pick<IdempotencyRecord, "workspaceId" | "jobId" | "keyDigest">): RowKey {
  return {
    partitionKey: partitionOf(record),
    rowKey: rowKeyOf(IDEMPOTENCY_KIND, record.workspaceId, record.keyDigest),
  };
}
