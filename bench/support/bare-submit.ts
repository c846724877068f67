import { TableClient, odata } from "@azure/data-tables";
import { QueueClient } from "@azure/storage-queue";

/**
 * The calls of `POST /api/jobs` and nothing else: the rows and the message of a job that is there already, in partitions
 * that the product does not look into.
 */
export async function bareSubmit(connectionString: string, queueName: string): Promise<() => Promise<void>> {
  const rows = TableClient.fromConnectionString(connectionString, "millracejobs", { allowInsecureConnection: true });
  const queue = new QueueClient(connectionString, queueName);
  const job = await firstRow(rows, "job|");
  const wakeUp = await firstRow(rows, "due|");
  const { peekedMessageItems } = await queue.peekMessages();
  const message = peekedMessageItems[0]?.messageText ?? "";
  let count = 0;
  return async () => {
    const partitionKey = `bare${count % 16}`;
    const digits = String(count++).padStart(26, "0");
    await rows.submitTransaction([
      ["create", { ...job, partitionKey, rowKey: `job|default|${digits}` }],
      ["create", { ...wakeUp, partitionKey, rowKey: `due|2026-01-01T00:00:00.000Z|default|job_${digits}` }],
    ]);
    await queue.sendMessage(message, { messageTimeToLive: -1 });
  };
}

async function firstRow(rows: TableClient, prefix: string): Promise<Record<string, unknown>> {
  const filter = odata`RowKey gt ${prefix}`;
  const { value } = (await rows.listEntities({ queryOptions: { filter } }).next()) as {
    value: Record<string, unknown>;
  };
  const { etag: _etag, timestamp: _written, ...columns } = value;
  return columns;
}
