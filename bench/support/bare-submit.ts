import { TableClient } from "@azure/data-tables";
import type { TransactionAction } from "@azure/data-tables";
import { QueueClient } from "@azure/storage-queue";
import { newId } from "../../src/platform/ids.ts";
import { copyJobRows, readJobRows } from "./copy-job.ts";

/**
 * The calls of `POST /api/jobs` and nothing else: the rows and the message of a job that was just submitted, in partitions
 * that the product does not look into.
 */
export async function bareSubmit(
  connectionString: string,
  queueName: string,
  jobId: string,
): Promise<() => Promise<void>> {
  const table = TableClient.fromConnectionString(connectionString, "millracejobs", { allowInsecureConnection: true });
  const queue = new QueueClient(connectionString, queueName);
  const original = await readJobRows(table, jobId);
  const { peekedMessageItems } = await queue.peekMessages();
  const message = peekedMessageItems[0]?.messageText;
  if (original.rows.length === 0 || !message) throw new Error(`Cannot measure: job "${jobId}" is not in storage`);
  return async () => {
    const copies = copyJobRows(original, newId("job", new Date()));
    await table.submitTransaction(
      copies.map((row): TransactionAction => ["create", { ...row, partitionKey: `bare${row.partitionKey}` }]),
    );
    await queue.sendMessage(message, { messageTimeToLive: -1 });
  };
}
