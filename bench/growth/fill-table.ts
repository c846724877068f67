import { TableClient } from "@azure/data-tables";
import type { TransactionAction } from "@azure/data-tables";
import type { App } from "../../src/app.ts";
import { newId, withLastDigit } from "../../src/platform/ids.ts";
import { PARTITIONS } from "../../src/platform/partitions.ts";
import type { Row } from "../../src/platform/rows.ts";
import { copyJobRows, readJobRows } from "../support/copy-job.ts";
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
  const waiting = await readJobRows(client, (await queuedJob(app)).jobId);
  const stored = await claimedJob(app);
  await complete(app, stored);
  const ended = await readJobRows(client, stored.job.jobId);
  return async (from, to) => {
    const transactions = new Map<string, TransactionAction[][]>();
    let rows = 0;
    for (let index = from; index < to; index++) {
      const jobId = withLastDigit(newId("job", new Date(FIRST + index * SECOND_MS)), index % PARTITIONS.length);
      const copies = copyJobRows(index % WAITING === 0 ? waiting : ended, jobId);
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
