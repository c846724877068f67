import { TableClient, odata } from "@azure/data-tables";
import type { TransactionAction } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueClient } from "@azure/storage-queue";
import { newToken } from "../../src/platform/ids.ts";
import { PARTITIONS } from "../../src/platform/partitions.ts";
import type { RowKey } from "../../src/platform/rows.ts";
import type { RecordedWrite } from "./record-writes.ts";

interface Stretch {
  readonly after: string;
  readonly before: string;
  /** Rows of a page. */
  readonly size: number;
}

/** Single storage calls, made by the SDKs with nothing around them. */
export interface BareAccount {
  read(key: RowKey): Promise<unknown>;
  /** As the product's table does it: one row alone, or a transaction. */
  write(write: RecordedWrite): Promise<unknown>;
  /** The first page of each partition, all at once. */
  list(stretch: Stretch): Promise<unknown>;
  putBlob(): Promise<unknown>;
  putMessage(): Promise<unknown>;
}

const BLOB = Buffer.alloc(300, " ");
const MESSAGE = Buffer.alloc(400, " ").toString("base64");

export function openBareAccount(connectionString: string): BareAccount {
  const table = TableClient.fromConnectionString(connectionString, "millracejobs", { allowInsecureConnection: true });
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient("millrace");
  const queue = new QueueClient(connectionString, "job-requests");
  return {
    read: async ({ partitionKey, rowKey }) => table.getEntity(partitionKey, rowKey),
    async write(write) {
      const [first, ...beside] = toActions(write);
      if (first && beside.length > 0) await table.submitTransaction([first, ...beside]);
      else await table.updateEntity({ ...write.row, writeId: newToken() }, "Replace", { etag: write.etag });
    },
    async list({ after, before, size }) {
      await Promise.all(
        PARTITIONS.map(async (partition) => {
          const filter = odata`PartitionKey eq ${partition} and RowKey gt ${after} and RowKey lt ${before}`;
          await table.listEntities({ queryOptions: { filter } }).byPage({ maxPageSize: size }).next();
        }),
      );
    },
    putBlob: async () => container.getBlockBlobClient(`artifacts/bare/${newToken()}`).uploadData(BLOB),
    putMessage: async () => queue.sendMessage(MESSAGE, { messageTimeToLive: -1 }),
  };
}

function toActions({ row, etag, beside: { put = [], remove = [] } }: RecordedWrite): TransactionAction[] {
  const writeId = newToken();
  return [
    ["update", { ...row, writeId }, "Replace", { etag }],
    ...remove.map((key): TransactionAction => ["delete", { ...key }]),
    ...put.map((other): TransactionAction => ["upsert", { ...other, writeId }, "Replace"]),
  ];
}
