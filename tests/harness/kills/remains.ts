import { TableClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueClient } from "@azure/storage-queue";
import { createTable } from "../../../src/platform/tables.ts";
import type { Row } from "../../../src/platform/tables.ts";
import { QUEUE_NAME } from "./acts.ts";

/** What jobs have left in an account, by the names it has there. */
export interface Remains {
  /** Their keys, without the partition. What is noted of all jobs of a type together is not of a job. */
  readonly rows: readonly string[];
  readonly blobs: readonly string[];
  /** Hidden ones included. */
  readonly messages: number;
}

const TABLE = "millracejobs";
const OF_ALL = "durations|";

export async function readRemains(account: string): Promise<Remains> {
  const blobs: string[] = [];
  for await (const { name } of containerOf(account).listBlobsFlat()) blobs.push(name);
  const { approximateMessagesCount: messages = 0 } = await new QueueClient(account, QUEUE_NAME).getProperties();
  const rows = (await rowsOf(account)).map(({ rowKey }) => rowKey);
  return { rows: rows.filter((key) => !key.startsWith(OF_ALL)), blobs, messages };
}

/** Deletes everything, so that the next run finds nothing of this one. */
export async function clearAccount(account: string): Promise<void> {
  const table = TableClient.fromConnectionString(account, TABLE, { allowInsecureConnection: true });
  for (const { partitionKey, rowKey } of await rowsOf(account)) await table.deleteEntity(partitionKey, rowKey);
  const { blobs } = await readRemains(account);
  for (const name of blobs) await containerOf(account).deleteBlob(name);
  await new QueueClient(account, QUEUE_NAME).clearMessages();
}

async function rowsOf(account: string): Promise<Row[]> {
  const stored = await createTable(account, TABLE).list({ filter: "PartitionKey ge ''", limit: 1000 });
  return stored.map(({ row }) => row);
}

function containerOf(account: string): ReturnType<BlobServiceClient["getContainerClient"]> {
  return BlobServiceClient.fromConnectionString(account).getContainerClient("millrace");
}
