import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import type { DequeuedMessageItem } from "@azure/storage-queue";
import { resolveConnection } from "../../config/connections.ts";
import type { HostContext } from "../../host-context.ts";
import type { Owned } from "../../ownership/ownership.ts";
import type { QueueOptions } from "../../queues/queue-options.ts";
import { sendContent } from "../../queues/send-content.ts";
import { processMessage } from "../queue/process-message.ts";
import { createQueueListener } from "../queue/queue-listener.ts";
import type { QueueListener } from "../queue/queue-listener.ts";
import { formatBlobMessage, functionId, parseBlobMessage } from "./blob-message.ts";
import type { BlobMessage } from "./blob-message.ts";
import { createBlobPoisonQueue } from "./blob-poison-queue.ts";
import { createBlobReceipts } from "./blob-receipts.ts";
import { createBlobScanner, SCAN_INTERVAL_MS } from "./blob-scanner.ts";
import { createBlobRunner } from "./run-blob.ts";
import type { BlobFunction } from "./run-blob.ts";
import { createScanInfo } from "./scan-info.ts";
import { createWatchedContainer } from "./watched-container.ts";
import type { WatchedContainer } from "./watched-container.ts";

/** All that blob triggers do in this host: one scanner, and one listener of the queue by which blobs are handed over. */
export interface BlobWork {
  readonly scanner: Owned;
  readonly listener: QueueListener;
  add(blobFunction: BlobFunction): void;
}

/** Opens the host's own storage account, in which queue and receipts are. Throws when its connection is missing. */
export function openBlobWork(options: QueueOptions, context: HostContext): BlobWork {
  const { hostId, blobSignals, log } = context;
  const connection = resolveConnection(undefined, context.environment);
  const books = BlobServiceClient.fromConnectionString(connection);
  const queues = QueueServiceClient.fromConnectionString(connection);
  const functions = new Map<string, BlobFunction>();
  const handOver = openHandOver(queues, functions, { options, context });
  const watchParts = {
    receipts: createBlobReceipts(books, hostId),
    scanInfo: createScanInfo(books, hostId),
    log,
    send: handOver.send,
  };
  const containers = new Map<string, WatchedContainer>();
  return {
    listener: handOver.listener,
    scanner: createBlobScanner({
      containers: () => containers.values(),
      signals: blobSignals,
      intervalMs: SCAN_INTERVAL_MS,
    }),
    add(blobFunction) {
      const { fn, pattern, service } = blobFunction;
      functions.set(functionId(fn.name), blobFunction);
      const client = service.getContainerClient(pattern.container);
      const container = containers.get(client.url) ?? createWatchedContainer(client, watchParts);
      containers.set(client.url, container);
      container.add({ functionName: fn.name, pattern });
    },
  };
}

interface HandOver {
  readonly listener: QueueListener;
  readonly send: (message: BlobMessage) => Promise<void>;
}

/** The queue `azure-webjobs-blobtrigger-<host id>`. */
function openHandOver(
  queues: QueueServiceClient,
  functions: ReadonlyMap<string, BlobFunction>,
  { options, context }: { options: QueueOptions; context: HostContext },
): HandOver {
  const { environment, hostId, log, queueSignals: signals, queueVisibilityMs: visibilityMs } = context;
  const encoding = options.messageEncoding;
  const queue = queues.getQueueClient(`azure-webjobs-blobtrigger-${hostId}`);
  const run = createBlobRunner((id) => functions.get(id), context);

  /** Of the account that the blob is in; the host's own for a message that does not say. */
  function poisonService(text: string): QueueServiceClient {
    try {
      const target = functions.get(parseBlobMessage(text).functionId);
      if (!target) return queues;
      const { connection } = target.fn.trigger.binding;
      return QueueServiceClient.fromConnectionString(resolveConnection(connection, environment));
    } catch {
      return queues; // not one of our messages, or an account without queues
    }
  }

  const poison = createBlobPoisonQueue(poisonService, { encoding, signals });
  const process = (message: DequeuedMessageItem) =>
    processMessage(message, { queue, poison, options, visibilityMs, log, run });
  const listener = createQueueListener({ queue, options, visibilityMs, log, process });
  signals.listen(queue.url, listener.wake);
  return {
    listener,
    async send(message) {
      await sendContent(queue, formatBlobMessage(message), encoding);
      signals.wake(queue.url);
    },
  };
}
