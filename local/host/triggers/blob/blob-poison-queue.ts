import type { QueueServiceClient } from "@azure/storage-queue";
import type { MessageEncoding } from "../../queues/message-encoding.ts";
import type { QueueSignals } from "../../queues/queue-signals.ts";
import { sendContent } from "../../queues/send-content.ts";
import type { PoisonQueue } from "../queue/poison-queue.ts";

const NAME = "webjobs-blobtrigger-poison";

/** Where the messages of blobs go that no try could handle: in the account that the blob is in. */
export function createBlobPoisonQueue(
  serviceOf: (text: string) => QueueServiceClient,
  { encoding, signals }: { encoding: MessageEncoding; signals: QueueSignals },
): PoisonQueue {
  return {
    name: NAME,
    async add(text) {
      const queue = serviceOf(text).getQueueClient(NAME);
      await sendContent(queue, text, encoding);
      signals.wake(queue.url);
    },
  };
}
