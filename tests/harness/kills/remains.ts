import { BlobServiceClient } from "@azure/storage-blob";
import { QueueClient } from "@azure/storage-queue";
import { createTable } from "../../../src/platform/tables.ts";
import { QUEUE_NAME } from "./acts.ts";

/** What is in an account, by the names it has there. */
export interface Remains {
  /** Their keys, without the partition. */
  readonly rows: readonly string[];
  readonly blobs: readonly string[];
  /** Hidden ones included. */
  readonly messages: number;
}

export const NOTHING: Remains = { rows: [], blobs: [], messages: 0 };

export async function readRemains(account: string): Promise<Remains> {
  const table = createTable(account, "millracejobs");
  const rows = await table.list({ filter: "PartitionKey ge ''", limit: 1000 });
  const container = BlobServiceClient.fromConnectionString(account).getContainerClient("millrace");
  const blobs: string[] = [];
  for await (const { name } of container.listBlobsFlat()) blobs.push(name);
  const { approximateMessagesCount: messages = 0 } = await new QueueClient(account, QUEUE_NAME).getProperties();
  return { rows: rows.map(({ row }) => row.rowKey), blobs, messages };
}
