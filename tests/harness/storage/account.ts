import { createBlobService } from "./blobs/blob-service.ts";
import { createQueueService } from "./queues/queue-service.ts";
import { createTableService } from "./tables/table-service.ts";
import type { ServiceOptions, WireRequest, WireResponse } from "./wire.ts";

export type ServiceName = "table" | "queue" | "blob";

/** A storage account in memory: a function from request to answer, and nothing that happens by itself. */
export interface StorageAccount {
  handle(service: ServiceName, request: WireRequest): WireResponse;
  /** When the next message of this queue can be had: a time gone by if there is one now, nothing if there is none at all. */
  nextVisibleAt(queueName: string): number | undefined;
  /** Puts a second copy of a queue's newest message, as a put does whose answer was lost. */
  duplicateNewest(queueName: string): void;
  /** Loses a queue's newest message, as if it had never been put. */
  loseNewest(queueName: string): void;
}

export function createStorageAccount(options: ServiceOptions): StorageAccount {
  const tables = createTableService(options);
  const queues = createQueueService(options);
  const blobs = createBlobService(options);
  const services = { table: tables, queue: queues, blob: blobs };
  return {
    handle: (service, request) => services[service].handle(request),
    nextVisibleAt: (name) => queues.nextVisibleAt(name),
    duplicateNewest(name) {
      queues.duplicateNewest(name);
    },
    loseNewest(name) {
      queues.loseNewest(name);
    },
  };
}

/** One host for each service: by it a request finds its own. Nobody looks at the signature, and with one given the SDKs need not sign each request. */
export const CONNECTION_STRING = [
  "SharedAccessSignature=sig=simulated",
  "TableEndpoint=http://simulated.table.local",
  "QueueEndpoint=http://simulated.queue.local",
  "BlobEndpoint=http://simulated.blob.local",
].join(";");

/** @throws Error when the address is none of `CONNECTION_STRING` */
export function serviceOf(url: URL): ServiceName {
  const name = url.hostname.split(".")[1];
  if (name === "table" || name === "queue" || name === "blob") return name;
  throw new Error(`Cannot find a simulated service for "${url.href}"`);
}
