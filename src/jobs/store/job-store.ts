import { MillraceError } from "../../platform/errors.ts";
import { listEverywhere } from "../../platform/list-everywhere.ts";
import { PARTITIONS } from "../../platform/partitions.ts";
import { odata } from "../../platform/tables.ts";
import type { Row, StoredRow, Table } from "../../platform/tables.ts";
import { dueAt } from "../life/due.ts";
import type { Patience } from "../life/due.ts";
import type { Job, JobRef } from "../life/job.ts";
import { isTerminal } from "../life/lifecycle.ts";
import type { JobPhase } from "../life/lifecycle.ts";
import { isUndoing } from "../life/undo.ts";
import { toDeadLetterRow } from "./dead-letter-row.ts";
import { deadLetterOf } from "./dead-letter.ts";
import { wakeUpRow } from "./due-store.ts";
import { handOffOf, handOffRow } from "./hand-off.ts";
import { historyRow } from "./history.ts";
import { JOB_KEYS } from "./idempotency.ts";
import type { IdempotencyKey, JobKeyRecord } from "./idempotency.ts";
import { batchJobRowKeys, fromRow, jobKey, jobOfRowKey, jobRowKey, jobRowKeys, toRow } from "./job-row.ts";
import type { Awaits } from "./job-row.ts";
import { NO_TOMBSTONES, isTombstoneRow, readTombstoneRow } from "./tombstone.ts";
import type { StoredTombstone } from "./tombstone.ts";

/** A job as it was read, with what the next write must name: its version, and the wake-up row that stands for it. */
export interface StoredJob {
  readonly job: Job;
  readonly etag: string;
  /** As it was written, whatever `dueAt()` would say of the job today. */
  readonly dueAt?: Date | undefined;
}

export interface JobFilter {
  readonly workspaceId: string;
  readonly phases?: readonly JobPhase[] | undefined;
  readonly waitingFor?: Awaits | undefined;
  readonly jobType?: string | undefined;
  readonly customerId?: string | undefined;
  readonly batchId?: string | undefined;
  readonly createdAfter?: Date | undefined;
  /** Only jobs older than this one. */
  readonly olderThan?: string | undefined;
  readonly limit: number;
}

/** A row of a list: the job, or why the row cannot be read as one. */
export type ListedJob =
  { readonly jobId: string; readonly job: Job } | { readonly jobId: string; readonly unreadable: unknown };

export interface JobStore {
  get(ref: JobRef): Promise<StoredJob | undefined>;
  /** The job, or the tombstone in its place. */
  find(ref: JobRef): Promise<StoredJob | StoredTombstone | undefined>;
  /** @throws MillraceError JOB_NOT_FOUND, GONE */
  require(ref: JobRef): Promise<StoredJob>;
  /** Inserts the job, with its wake-up row and its idempotency record. @throws VERSION_CONFLICT if one exists */
  create(job: Job, record?: JobKeyRecord): Promise<StoredJob>;
  /**
   * Replaces the job if nobody changed it since it was read. In the same transaction its wake-up row moves, its history
   * grows by its last transition, a job that has failed has its dead letter, and one that has ended for a batch its hand-off.
   *
   * @param replace rows beside it that change with it, each if nobody changed it since it was read
   * @throws VERSION_CONFLICT if somebody did
   */
  save(job: Job, stored: StoredJob, replace?: readonly StoredRow[]): Promise<StoredJob>;
  /** What an idempotency key of this workspace stands for, if it was used before. */
  findByKey(key: Omit<IdempotencyKey, "fingerprint">): Promise<JobKeyRecord | undefined>;
  /** Newest first, at most `limit`. */
  list(filter: JobFilter): Promise<ListedJob[]>;
  /** The ids of all that there are, in no order; costs a read for each thousand of a partition. */
  listIds(filter: Omit<JobFilter, "limit">): Promise<string[]>;
}

/**
 * The jobs, each with the rows that must change with it: all changes of a job and of what stands beside it are one
 * transaction, and one storage call. How jobs go: see `tombstone-store.ts`.
 */
export function createJobStore(table: Table, patience: Patience): JobStore {
  const find = async (ref: JobRef): Promise<StoredJob | StoredTombstone | undefined> => {
    const stored = await table.get(jobKey(ref));
    if (!stored) return undefined;
    const known = { etag: stored.etag, dueAt: dueAtOf(stored.row) };
    if (isTombstoneRow(stored.row)) return { tombstone: readTombstoneRow(stored.row), ...known };
    return { job: fromRow(stored.row), ...known };
  };
  const handOffs = (job: Job, before: Job): Row[] => {
    const handOff = handOffOf(job, before, patience);
    return handOff ? [handOffRow(handOff)] : [];
  };
  return {
    find,
    async get(ref) {
      const found = await find(ref);
      return found && "job" in found ? found : undefined;
    },
    async require(ref) {
      const found = await find(ref);
      if (found && "job" in found) return found;
      if (found?.tombstone.why === "expired")
        throw new MillraceError("GONE", `The job was kept until ${found.tombstone.at.toISOString()}`);
      throw new MillraceError("JOB_NOT_FOUND", "There is no job with this id in this workspace");
    },
    async create(job, record) {
      const due = dueAt(job, patience);
      const beside = [...wakeUpRows(job, due), historyRow(job), ...(record ? [JOB_KEYS.toRow(record)] : [])];
      return { job, etag: await table.create({ ...toRow(job), dueAt: due }, ...beside), dueAt: due };
    },
    async save(job, stored, replace = []) {
      const due = dueAt(job, patience);
      const isMoved = due.getTime() !== stored.dueAt?.getTime();
      const put = [
        ...(isMoved ? wakeUpRows(job, due) : []),
        ...transitionRows(job, stored.job),
        ...handOffs(job, stored.job),
      ];
      const remove = isMoved ? wakeUpRows(job, stored.dueAt) : [];
      const etag = await table.save({ ...toRow(job), dueAt: due }, stored.etag, { replace, put, remove });
      return { job, etag, dueAt: due };
    },
    findByKey: async (key) => JOB_KEYS.find(table, key),
    async list(filter) {
      if (filter.phases?.length === 0) return []; // A status that no phase has: there is no filter that says so.
      const newest = await listEverywhere(table, (partition) => toOData(partition, filter), filter.limit);
      return newest.map(({ row }) => listed(row));
    },
    async listIds(filter) {
      if (filter.phases?.length === 0) return [];
      return (await Promise.all(PARTITIONS.map(async (partition) => idsIn(table, partition, filter)))).flat();
    },
  };
}

/** As many as Table Storage gives at a time. */
const PAGE_ROWS = 1000;

async function idsIn(table: Table, partition: string, filter: Omit<JobFilter, "limit">): Promise<string[]> {
  const ids: string[] = [];
  let page: StoredRow[];
  do {
    const rest = { ...filter, olderThan: ids.at(-1) ?? filter.olderThan };
    page = await table.list({ filter: toOData(partition, rest), limit: PAGE_ROWS, select: [] });
    ids.push(...page.map(({ row }) => jobOfRowKey(row.rowKey).jobId));
  } while (page.length === PAGE_ROWS);
  return ids;
}

/** What a transition leaves beside the job. Renewals and progress are none. */
function transitionRows(job: Job, before: Job): Row[] {
  if (job.last.version === before.last.version) return [];
  const hasFailed = job.phase === "failed" && before.phase !== "failed";
  return [historyRow(job), ...(hasFailed ? [toDeadLetterRow(deadLetterOf(job))] : [])];
}

/** The wake-up row of a job that is due then; none when it never is. */
function wakeUpRows(job: Job, at: Date | undefined): Row[] {
  const { workspaceId, jobId, phase } = job;
  return at ? [wakeUpRow({ workspaceId, jobId, at, purge: isTerminal(phase) && !isUndoing(job) })] : [];
}

function dueAtOf({ dueAt: due }: Row): Date | undefined {
  return due instanceof Date ? due : undefined;
}

/** One row that cannot be read must not hide all the others. */
function listed(row: Row): ListedJob {
  const { jobId } = jobOfRowKey(row.rowKey);
  try {
    return { jobId, job: fromRow(row) };
  } catch (thrown) {
    return { jobId, unreadable: thrown };
  }
}

function toOData(partition: string, filter: Omit<JobFilter, "limit">): string {
  const { workspaceId, olderThan } = filter;
  const { after, before } = filter.batchId ? batchJobRowKeys(workspaceId, filter.batchId) : jobRowKeys(workspaceId);
  const from = olderThan ? jobRowKey({ workspaceId, jobId: olderThan }) : after;
  const clauses = [odata`PartitionKey eq ${partition} and RowKey gt ${from} and RowKey lt ${before}`];
  if (filter.phases) clauses.push(`(${filter.phases.map((phase) => odata`phase eq ${phase}`).join(" or ")})`);
  else clauses.push(NO_TOMBSTONES);
  if (filter.waitingFor) clauses.push(odata`awaits eq ${filter.waitingFor}`);
  if (filter.jobType) clauses.push(odata`jobType eq ${filter.jobType}`);
  if (filter.customerId) clauses.push(odata`customerId eq ${filter.customerId}`);
  if (filter.batchId) clauses.push(odata`batchId eq ${filter.batchId}`);
  if (filter.createdAfter) clauses.push(odata`createdAt gt ${filter.createdAfter}`);
  return clauses.join(" and ");
}
