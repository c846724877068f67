import { TableClient } from "@azure/data-tables";
import type { TransactionAction } from "@azure/data-tables";
import { wakeUpKey } from "../../src/jobs/due-store.ts";
import { toRow } from "../../src/jobs/job-row.ts";
import { newId, newToken, withLastDigit } from "../../src/platform/ids.ts";
import { PARTITIONS } from "../../src/platform/partitions.ts";
import type { Row } from "../../src/platform/tables.ts";
import { aJob } from "../../tests/support/a-job.ts";
import { crowd } from "./crowd.ts";

/** What Table Storage takes in one transaction. */
const ROWS_AT_ONCE = 100;
const AT_ONE_TIME = 4;
/** One in so many still waits, with its wake-up row; the others have ended. */
const WAITING = 10;

const SECOND_MS = 1000;
const FIRST = Date.parse("2020-01-01T00:00:00.000Z");

/** Stores jobs number `from` to `to` as the product would have left them, a hundred rows at a time. */
export async function fillTable(connectionString: string, from: number, to: number): Promise<void> {
  const client = TableClient.fromConnectionString(connectionString, "millracejobs", { allowInsecureConnection: true });
  const transactions: TransactionAction[][] = [];
  const open = new Map<string, TransactionAction[]>();
  for (let index = from; index < to; index++)
    for (const row of rowsOf(index)) {
      let actions = open.get(row.partitionKey);
      if (!actions || actions.length === ROWS_AT_ONCE) transactions.push((actions = []));
      open.set(row.partitionKey, actions);
      actions.push(["create", row]);
    }
  await crowd(transactions.length, AT_ONE_TIME, async (index) => {
    await client.submitTransaction(transactions[index] ?? []);
  });
}

function rowsOf(index: number): Row[] {
  const createdAt = new Date(FIRST + index * SECOND_MS);
  const jobId = withLastDigit(newId("job", createdAt), index % PARTITIONS.length);
  const writeId = newToken();
  if (index % WAITING > 0) return [{ ...toRow(aJob({ phase: "done", jobId, createdAt })), writeId }];
  const at = new Date(Date.now() + 3_600_000);
  const job = aJob({ phase: "queued", jobId, createdAt });
  return [
    { ...toRow(job), dueAt: at, writeId },
    { ...wakeUpKey({ ...job, at }), writeId },
  ];
}
