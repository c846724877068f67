import { TableClient, odata } from "@azure/data-tables";
import type { TransactionAction } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueClient } from "@azure/storage-queue";
import type { App } from "../../src/app.ts";
import { wakeUpKey } from "../../src/jobs/due-store.ts";
import { jobKey, jobRowKeys, toRow } from "../../src/jobs/job-row.ts";
import type { StoredJob } from "../../src/jobs/job-store.ts";
import { newToken } from "../../src/platform/ids.ts";
import { PARTITIONS } from "../../src/platform/partitions.ts";
import { PAGE, dueJobs, queuedJob } from "./operations.ts";
import type { Operation, OperationName } from "./operations.ts";

const BLOB = Buffer.alloc(300, " ");
const MESSAGE = Buffer.alloc(400, " ").toString("base64");
const SUPERVISOR_PAGE = 100;

/** The storage calls that the product makes for each, made by the SDKs with nothing around them. */
export function bareOperations(app: App, connectionString: string): Record<OperationName, Operation> {
  const account = openAccount(connectionString);
  return {
    async "point read"() {
      const stored = await queuedJob(app);
      return async () => account.read(stored);
    },
    async "conditional update"() {
      const stored = await queuedJob(app);
      return async () => account.replace(stored);
    },
    async claim() {
      const stored = await queuedJob(app);
      return async () => {
        await account.read(stored);
        await account.moveWakeUp(stored);
      };
    },
    async complete() {
      const stored = await queuedJob(app);
      return async () => {
        await account.putBlob();
        await account.dropWakeUp(stored);
      };
    },
    "list page": async () => async () => account.list(jobRowKeys("default"), PAGE + 1),
    "sweep, nothing due": async () => async () => account.list(dueByNow(), SUPERVISOR_PAGE),
    async "sweep, 16 due"() {
      const due = await dueJobs(app);
      return async () => {
        await account.list(dueByNow(), SUPERVISOR_PAGE);
        const seeTo = async (stored: StoredJob) => {
          await account.read(stored);
          await account.putMessage();
          await account.moveWakeUp(stored);
        };
        await Promise.all(due.map(seeTo));
      };
    },
  };
}

interface RowKeys {
  readonly after: string;
  readonly before: string;
}

function dueByNow(): RowKeys {
  return { after: "due|", before: `due|${new Date().toISOString()}` };
}

interface Account {
  read(stored: StoredJob): Promise<unknown>;
  replace(stored: StoredJob): Promise<unknown>;
  moveWakeUp(stored: StoredJob): Promise<unknown>;
  dropWakeUp(stored: StoredJob): Promise<unknown>;
  /** The first page of each partition, all at once. */
  list(keys: RowKeys, size: number): Promise<unknown>;
  putBlob(): Promise<unknown>;
  putMessage(): Promise<unknown>;
}

function openAccount(connectionString: string): Account {
  const table = TableClient.fromConnectionString(connectionString, "millracejobs", { allowInsecureConnection: true });
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient("millrace");
  const queue = new QueueClient(connectionString, "job-requests");
  const updateAndDrop = ({ job, etag, dueAt = new Date() }: StoredJob): TransactionAction[] => [
    ["update", toRow(job), "Replace", { etag }],
    ["delete", { ...wakeUpKey({ ...job, at: dueAt }) }],
  ];
  return {
    async read({ job }) {
      const { partitionKey, rowKey } = jobKey(job);
      await table.getEntity(partitionKey, rowKey);
    },
    replace: async ({ job, etag }) => table.updateEntity(toRow(job), "Replace", { etag }),
    async moveWakeUp(stored) {
      const next = { ...wakeUpKey({ ...stored.job, at: new Date(Date.now() + 3_600_000) }), writeId: newToken() };
      await table.submitTransaction([...updateAndDrop(stored), ["upsert", next, "Replace"]]);
    },
    dropWakeUp: async (stored) => table.submitTransaction(updateAndDrop(stored)),
    async list({ after, before }, size) {
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
