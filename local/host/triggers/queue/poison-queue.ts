import type { QueueClient } from "@azure/storage-queue";
import type { MessageEncoding } from "../../queues/message-encoding.ts";
import type { QueueSignals } from "../../queues/queue-signals.ts";
import { sendContent } from "../../queues/send-content.ts";

const SUFFIX = "-poison";
const LONGEST_NAME = 63;

/** Where messages go that no function could handle. */
export interface PoisonQueue {
  readonly name: string;
  /** Adds the text, creating the queue when missing, and wakes its listener in this host. */
  add(text: string): Promise<void>;
}

/** Undefined when the queue is a poison queue itself or the name would be too long: a failed message then has no way out. */
export function createPoisonQueue(
  queueName: string,
  client: (name: string) => QueueClient,
  { encoding, signals }: { encoding: MessageEncoding; signals: QueueSignals },
): PoisonQueue | undefined {
  const name = `${queueName}${SUFFIX}`;
  if (queueName.endsWith(SUFFIX) || name.length > LONGEST_NAME) return undefined;
  const queue = client(name);
  return {
    name,
    async add(text) {
      await sendContent(queue, text, encoding);
      signals.wake(queue.url);
    },
  };
}
