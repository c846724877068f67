import type { QueueClient } from "@azure/storage-queue";
import { resolveBindingExpressions } from "../../config/expressions.ts";
import { encodeMessage } from "../../queues/message-encoding.ts";
import { openQueue, parseQueueName } from "../../queues/open-queue.ts";
import { readQueueOptions } from "../../queues/queue-options.ts";
import type { OutputBinding } from "../output-binding.ts";
import { messageContents } from "./message-contents.ts";

/** `output.storageQueue()`: one message per value, in a queue that is created when missing. */
export const queueOutput: OutputBinding = {
  type: "queue",
  prepare(binding, context) {
    const { messageEncoding } = readQueueOptions(context.hostJson.extension("queues"));
    const open = openQueue(binding, context.environment);
    const hasExpressions = open.queueName.includes("{");
    const fixed = hasExpressions ? undefined : open.client(parseQueueName(open.queueName));
    return async (data, bindingData) => {
      const queue = fixed ?? open.client(parseQueueName(resolveBindingExpressions(open.queueName, bindingData)));
      for (const content of messageContents(data)) await send(queue, encodeMessage(content, messageEncoding));
      context.queueSignals.wake(queue.url);
    };
  },
};

async function send(queue: QueueClient, text: string): Promise<void> {
  try {
    await queue.sendMessage(text);
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 404) throw error;
    await queue.createIfNotExists();
    await queue.sendMessage(text);
  }
}
