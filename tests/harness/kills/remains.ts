import { TableClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueClient } from "@azure/storage-queue";
import { createTable } from "../../../src/platform/tables.ts";
import type { Row } from "../../../src/platform/tables.ts";
import { QUEUE_NAMES } from "./acts.ts";

/** What jobs have left in an account, by the names it has there. */
export interface Remains {
  /** Their keys, without the partition. What is noted of all jobs of a type together is not of a job. */
  readonly rows: readonly string[];
  readonly blobs: readonly string[];
  /** Hidden ones included. */
  readonly messages: number;
}

const TABLES = ["millracejobs", "millracebatches"];
const OF_ALL = "durations|";

export async function readRemains(account: string): Promise<Remains> {
  const blobs: string[] = [];
  for await (const { name } of containerOf(account).listBlobsFlat()) blobs.push(name);
  const counts = await Promise.all(QUEUE_NAMES.map(async (name) => new QueueClient(account, name).getProperties()));
  const messages = counts.reduce((sum, { approximateMessagesCount: count = 0 }) => sum + count, 0);
  const rows = (await rowsOf(account)).map(({ rowKey }) => rowKey);
  return { rows: rows.filter((key) => !key.startsWith(OF_ALL)), blobs, messages };
}

/** Deletes everything, so that the next run finds nothing of this one. */
export async function clearAccount(account: string): Promise<void> {
  for (const name of TABLES) {
    const table = TableClient.fromConnectionString(account, name, { allowInsecureConnection: true });
    for (const { partitionKey, rowKey } of await rowsIn(account, name)) await table.deleteEntity(partitionKey, rowKey);
  }
  const { blobs } = await readRemains(account);
  for (const name of blobs) await containerOf(account).deleteBlob(name);
  for (const name of QUEUE_NAMES) await new QueueClient(account, name).clearMessages();
}

async function rowsOf(account: string): Promise<Row[]> {
  return (await Promise.all(TABLES.map(async (name) => rowsIn(account, name)))).flat();
}

async function rowsIn(account: string, table: string): Promise<Row[]> {
  const stored = await createTable(account, table).list({ filter: "PartitionKey ge ''", limit: 1000 });
  return stored.map(({ row }) => row);
}

function containerOf(account: string): ReturnType<BlobServiceClient["getContainerClient"]> {
  return BlobServiceClient.fromConnectionString(account).getContainerClient("millrace");
}
