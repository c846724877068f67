import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import { messageOf } from "../../logging/describe-error.ts";
import type { Log } from "../../logging/log.ts";
import { decodeMessage } from "../../queues/message-encoding.ts";
import type { QueueOptions } from "../../queues/queue-options.ts";
import { unlessGone } from "./is-gone.ts";
import { keepInvisible } from "./message-lease.ts";
import type { PoisonQueue } from "./poison-queue.ts";

/** What processing a message of one function's queue needs. */
export interface MessageWork {
  readonly queue: QueueClient;
  readonly poison: PoisonQueue | undefined;
  readonly options: QueueOptions;
  readonly visibilityMs: number;
  readonly log: Log;
  /** Runs the function. Rejects when it failed, which has been logged. */
  run(text: string, message: DequeuedMessageItem): Promise<unknown>;
}

/**
 * Takes one received message to its end: deleted after success; after failure made visible again, or moved to the poison
 * queue when it was the last try. Without a poison queue a failed message stays invisible until its time is over, so that
 * it does not fail in a tight loop.
 */
export async function processMessage(message: DequeuedMessageItem, work: MessageWork): Promise<void> {
  const { queue, poison, options } = work;
  if (poison && message.dequeueCount > options.maxDequeueCount) {
    await moveToPoison(message, work, reachedLimit(options));
    return;
  }
  const text = await decodeOrPoison(message, work);
  if (text === undefined) return;
  const { succeeded, popReceipt } = await runWhileInvisible(text, message, work);
  const held = { ...message, popReceipt };
  if (succeeded) await unlessGone(queue.deleteMessage(message.messageId, popReceipt));
  else if (poison && message.dequeueCount >= options.maxDequeueCount)
    await moveToPoison(held, work, reachedLimit(options));
  else if (poison) {
    const seconds = Math.ceil(options.visibilityTimeoutMs / 1000);
    await unlessGone(queue.updateMessage(message.messageId, popReceipt, undefined, seconds));
  }
}

async function decodeOrPoison(message: DequeuedMessageItem, work: MessageWork): Promise<string | undefined> {
  try {
    return decodeMessage(message.messageText, work.options.messageEncoding);
  } catch (error) {
    await moveToPoison(message, work, `The message cannot be decoded: ${messageOf(error)}.`);
    return undefined;
  }
}

async function runWhileInvisible(
  text: string,
  message: DequeuedMessageItem,
  work: MessageWork,
): Promise<{ succeeded: boolean; popReceipt: string }> {
  const lease = keepInvisible(message, work);
  const succeeded = await work.run(text, message).then(
    () => true,
    () => false,
  );
  return { succeeded, popReceipt: await lease.release() };
}

function reachedLimit({ maxDequeueCount }: QueueOptions): string {
  return `Message has reached MaxDequeueCount of ${maxDequeueCount}.`;
}

async function moveToPoison(message: DequeuedMessageItem, work: MessageWork, reason: string): Promise<void> {
  const { queue, poison, log, options } = work;
  if (!poison) {
    log.host(
      "error",
      `${reason} Queue '${queue.name}' has no poison queue: message '${message.messageId}' stays in it`,
    );
    return;
  }
  log.host("warning", `${reason} Moving message '${message.messageId}' to queue '${poison.name}'.`);
  await poison.add(poisonText(message, options));
  await unlessGone(queue.deleteMessage(message.messageId, message.popReceipt));
}

/** The decoded text, which is encoded again on its way; what cannot be decoded goes as it came. */
function poisonText({ messageText }: DequeuedMessageItem, { messageEncoding }: QueueOptions): string {
  try {
    return decodeMessage(messageText, messageEncoding);
  } catch {
    return messageText;
  }
}
