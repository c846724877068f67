import type { QueueClient } from "@azure/storage-queue";
import { isMissing } from "../storage/is-missing.ts";
import { encodeMessage } from "./message-encoding.ts";
import type { MessageEncoding } from "./message-encoding.ts";

/** Adds a message to a queue, which is created when it is missing. */
export async function sendContent(
  queue: QueueClient,
  content: string | Uint8Array,
  encoding: MessageEncoding,
): Promise<void> {
  const text = encodeMessage(content, encoding);
  try {
    await queue.sendMessage(text);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await queue.createIfNotExists();
    await queue.sendMessage(text);
  }
}
