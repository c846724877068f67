import { TableClient } from "@azure/data-tables";
import type { TransactionAction } from "@azure/data-tables";
import type { App } from "../../src/app.ts";
import { jobKey } from "../../src/jobs/job-row.ts";
import type { Job } from "../../src/jobs/job.ts";
import { newId, newestFirst, withLastDigit } from "../../src/platform/ids.ts";
import { PARTITIONS, partitionOfId } from "../../src/platform/partitions.ts";
import type { Row } from "../../src/platform/rows.ts";
import { odata } from "../../src/platform/tables.ts";
import { crowd } from "../support/crowd.ts";
import { queuedJob } from "./operations.ts";
import { claimedJob, complete } from "./product-operations.ts";

/** What Table Storage takes in one transaction. */
const ROWS_AT_ONCE = 100;
const AT_ONE_TIME = 4;
/** One in so many still waits; the others have ended. */
const WAITING = 10;

const SECOND_MS = 1000;
const FIRST = Date.parse("2020-01-01T00:00:00.000Z");

/**
 * Stores jobs number `from` to `to` with all rows that stand beside them, a hundred rows at a time. Returns how many rows.
 * They are those of two jobs that the product made and brought to where they are, under other ids.
 */
export type Filler = (from: number, to: number) => Promise<number>;

export async function createFiller(app: App, connectionString: string): Promise<Filler> {
  const client = TableClient.fromConnectionString(connectionString, "millracejobs", { allowInsecureConnection: true });
  const waiting = await rowsOf(app, await queuedJob(app));
  const stored = await claimedJob(app);
  await complete(app, stored);
  const ended = await rowsOf(app, stored.job);
  return async (from, to) => {
    const transactions = new Map<string, TransactionAction[][]>();
    let rows = 0;
    for (let index = from; index < to; index++) {
      const jobId = withLastDigit(newId("job", new Date(FIRST + index * SECOND_MS)), index % PARTITIONS.length);
      const copies = copyOf(index % WAITING === 0 ? waiting : ended, jobId);
      append(transactions, copies);
      rows += copies.length;
    }
    const all = [...transactions.values()].flat();
    await crowd(all.length, AT_ONE_TIME, async (index) => {
      await client.submitTransaction(all[index] ?? []);
    });
    return rows;
  };
}

interface Original {
  readonly jobId: string;
  readonly rows: readonly Row[];
}

/** All rows whose key names the job, in the one order of its digits or the other. */
async function rowsOf({ storage }: App, { jobId, workspaceId }: Job): Promise<Original> {
  const { partitionKey } = jobKey({ workspaceId, jobId });
  const found = await storage.jobs.list({ filter: odata`PartitionKey eq ${partitionKey}`, limit: 10_000 });
  const names = spellings(jobId);
  const rows = found.map(({ row }) => row).filter(({ rowKey }) => names.some((name) => rowKey.includes(name)));
  return { jobId, rows };
}

function spellings(jobId: string): readonly [string, string] {
  return [jobId.slice("job_".length), newestFirst(jobId)];
}

/** The same rows under another id, wherever a column names it. */
function copyOf({ jobId: before, rows }: Original, jobId: string): Row[] {
  const [digits, newest] = spellings(jobId);
  const [digitsBefore, newestBefore] = spellings(before);
  const renamed = (value: Row[string]) =>
    typeof value === "string" ? value.replaceAll(digitsBefore, digits).replaceAll(newestBefore, newest) : value;
  return rows.map((row) => {
    const columns = Object.entries(row).map(([name, value]) => [name, renamed(value)]);
    return { ...(Object.fromEntries(columns) as Row), partitionKey: partitionOfId(jobId) };
  });
}

/** Into the last transaction of their partition if they fit there. */
function append(transactions: Map<string, TransactionAction[][]>, rows: readonly Row[]): void {
  const partition = rows[0]?.partitionKey ?? "";
  const all = transactions.get(partition) ?? [];
  transactions.set(partition, all);
  const last = all.at(-1);
  const actions = rows.map((row): TransactionAction => ["create", row]);
  if (last && last.length + rows.length <= ROWS_AT_ONCE) last.push(...actions);
  else all.push(actions);
}
