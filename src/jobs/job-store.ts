import { MillraceError } from "../platform/errors.ts";
import { partitionsOf } from "../platform/partitions.ts";
import { odata } from "../platform/tables.ts";
import type { Table } from "../platform/tables.ts";
import { findIdempotencyRecord, idempotencyRowKey, toIdempotencyRow } from "./idempotency.ts";
import type { IdempotencyRecord } from "./idempotency.ts";
import { fromRow, jobKey, jobRowKey, toRow } from "./job-row.ts";
import type { Job, JobRef } from "./job.ts";
import type { JobPhase } from "./lifecycle.ts";

/** A job as it was read, with the version that the next write must name. */
export interface StoredJob {
  readonly job: Job;
  readonly etag: string;
}

export interface JobFilter {
  readonly workspaceId: string;
  readonly phases?: readonly JobPhase[] | undefined;
  readonly jobType?: string | undefined;
  readonly customerId?: string | undefined;
  readonly createdAfter?: Date | undefined;
  /** Only jobs older than this one. */
  readonly olderThan?: string | undefined;
  readonly limit: number;
}

export interface JobStore {
  get(ref: JobRef): Promise<StoredJob | undefined>;
  /** @throws MillraceError JOB_NOT_FOUND */
  require(ref: JobRef): Promise<StoredJob>;
  /** Inserts the job, and its idempotency record with it, in one transaction. @throws VERSION_CONFLICT if either exists */
  create(job: Job, record?: IdempotencyRecord): Promise<StoredJob>;
  /** Replaces the job if nobody changed it since it was read. @throws VERSION_CONFLICT if somebody did */
  save(job: Job, etag: string): Promise<StoredJob>;
  /** Deletes the job, and its idempotency record, if nobody changed the job since it was read. @throws VERSION_CONFLICT if somebody did */
  delete(job: Job, etag: string): Promise<void>;
  /** What an idempotency key of this workspace stands for, if it was used before. */
  findByKey(key: Pick<IdempotencyRecord, "workspaceId" | "keyDigest">): Promise<IdempotencyRecord | undefined>;
  /** Newest first, at most `limit`. */
  list(filter: JobFilter): Promise<Job[]>;
}

export function createJobStore(table: Table): JobStore {
  const get = async (ref: JobRef) => {
    const stored = await table.get(jobKey(ref));
    return stored && { job: fromRow(stored.row), etag: stored.etag };
  };
  return {
    get,
    async require(ref) {
      const stored = await get(ref);
      if (stored) return stored;
      throw new MillraceError("JOB_NOT_FOUND", "There is no job with this id in this workspace");
    },
    async create(job, record) {
      const rows = record ? [toIdempotencyRow(record)] : [];
      return { job, etag: await table.create(toRow(job), ...rows) };
    },
    async save(job, etag) {
      return { job, etag: await table.save(toRow(job), etag) };
    },
    async delete(job, etag) {
      // Record first: without its job it would answer for a job that is gone, and the other way round does no harm.
      if (job.keyDigest) await table.delete(idempotencyRowKey({ ...job, keyDigest: job.keyDigest }), "*");
      await table.delete(jobKey(job), etag);
    },
    findByKey: async (key) => findIdempotencyRecord(table, key),
    async list(filter) {
      if (filter.phases?.length === 0) return []; // A status that no phase has: there is no filter that says so.
      const pages = await Promise.all(
        partitionsOf(filter.workspaceId).map((partition) =>
          table.list({ filter: toOData(partition, filter), limit: filter.limit }),
        ),
      );
      const newestFirst = pages.flat().sort((a, b) => (a.row.rowKey < b.row.rowKey ? -1 : 1));
      return newestFirst.slice(0, filter.limit).map(({ row }) => fromRow(row));
    },
  };
}

/** Row keys of jobs are `job-` and digits, so all of them lie between `job-` and `job.`, the next text after it. */
function toOData(partition: string, filter: JobFilter): string {
  const after = filter.olderThan ? jobRowKey(filter.olderThan) : "job-";
  const clauses = [odata`PartitionKey eq ${partition} and RowKey gt ${after} and RowKey lt ${"job."}`];
  if (filter.phases) clauses.push(`(${filter.phases.map((phase) => odata`phase eq ${phase}`).join(" or ")})`);
  if (filter.jobType) clauses.push(odata`jobType eq ${filter.jobType}`);
  if (filter.customerId) clauses.push(odata`customerId eq ${filter.customerId}`);
  if (filter.createdAfter) clauses.push(odata`createdAt gt ${filter.createdAfter}`);
  return clauses.join(" and ");
}
