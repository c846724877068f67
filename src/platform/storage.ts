import { TableServiceClient } from "@azure/data-tables";
import type { TableServiceClientOptions } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import type { StoragePipelineOptions } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import { createContainer } from "./blobs.ts";
import type { Container } from "./blobs.ts";
import { createInbox } from "./inbox.ts";
import type { Inbox } from "./inbox.ts";
import { createQueue } from "./queues.ts";
import type { Queue } from "./queues.ts";
import { createTable } from "./tables.ts";
import type { Table } from "./tables.ts";

/** Where everything Millrace keeps is kept, in one storage account. */
export interface Storage {
  readonly jobs: Table;
  readonly files: Table;
  /** The items of batches, each batch in a partition of its own. */
  readonly batches: Table;
  readonly content: Container;
  readonly inbox: Inbox;
  queue(name: string): Queue;
  /** Whether each service answers now. Never throws. */
  check(): Promise<Readonly<Record<"tables" | "queues" | "blobs", "ok" | "failing">>>;
  /** Creates what is missing. Safe to call from every instance at every start. */
  prepare(): Promise<void>;
}

/** The SDKs' own seam below all they do: what sends a request. Tables and the other two services know it by two types. */
export type StorageHttpClient = NonNullable<TableServiceClientOptions["httpClient"]> &
  NonNullable<StoragePipelineOptions["httpClient"]>;

export interface StorageOptions {
  readonly connectionString: string;
  /** The queues that jobs travel through. */
  readonly queueNames: readonly string[];
  /** The container that others put blobs into. */
  readonly inboxName: string;
  /** Sends the requests; the SDKs' own by default. */
  readonly httpClient?: StorageHttpClient | undefined;
}

/**
 * With their defaults the SDKs try for a quarter of a minute, and a client would wait as long for its 503. Whoever calls
 * tries again by itself: a client because it was told to, a message because it comes back.
 */
const FEW_RETRIES = { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 1000 };

/** The storage account behind `connectionString`, through the public Azure SDKs. Makes no request by itself. */
export function createStorage({ connectionString, queueNames, inboxName, httpClient }: StorageOptions): Storage {
  const sending = httpClient ? { httpClient } : {};
  const tables = TableServiceClient.fromConnectionString(connectionString, {
    allowInsecureConnection: true,
    ...sending,
  });
  const options = { retryOptions: FEW_RETRIES, ...sending };
  const blobs = BlobServiceClient.fromConnectionString(connectionString, options);
  const queueService = QueueServiceClient.fromConnectionString(connectionString, options);

  const jobs = createTable(connectionString, "millracejobs", sending);
  const batches = createTable(connectionString, "millracebatches", sending);
  const files = createTable(connectionString, "millracefiles", sending);
  const content = createContainer(blobs.getContainerClient("millrace"));
  const inbox = createInbox(blobs.getContainerClient(inboxName));
  const queues = new Map(queueNames.map((name) => [name, createQueue(queueService.getQueueClient(name))]));
  return {
    jobs,
    files,
    batches,
    content,
    inbox,
    queue(name) {
      const queue = queues.get(name) ?? createQueue(queueService.getQueueClient(name));
      queues.set(name, queue);
      return queue;
    },
    async check() {
      const anyQueue = queues.values().next().value;
      const [tablesState, queuesState, blobsState] = await Promise.all([
        stateOf(async (abortSignal) => jobs.ping(abortSignal)),
        stateOf(async (abortSignal) => anyQueue?.ping(abortSignal)),
        stateOf(async (abortSignal) => content.ping(abortSignal)),
      ]);
      return { tables: tablesState, queues: queuesState, blobs: blobsState };
    },
    async prepare() {
      await Promise.all([
        ...[jobs, files, batches].map((table) => tables.createTable(table.name)),
        ...[content, inbox].map((container) => container.prepare()),
        ...[...queues.values()].map((queue) => queue.prepare()),
      ]);
    },
  };
}

/** The SDKs try again for 16 seconds where nobody listens; who asks for our health wants to know before they ask again. */
const PING_MS = 3000;

async function stateOf(ping: (abortSignal: AbortSignal) => Promise<unknown>): Promise<"ok" | "failing"> {
  const patience = new AbortController();
  const timer = setTimeout(() => {
    patience.abort();
  }, PING_MS);
  try {
    await ping(patience.signal);
    return "ok";
  } catch {
    return "failing";
  } finally {
    clearTimeout(timer);
  }
}
