import { hasExpressions } from "../../config/binding-template.ts";
import { resolveBindingExpressions } from "../../config/expressions.ts";
import { openQueue, parseQueueName } from "../../queues/open-queue.ts";
import { readQueueOptions } from "../../queues/queue-options.ts";
import { sendContent } from "../../queues/send-content.ts";
import type { OutputBinding } from "../output-binding.ts";
import { messageContents } from "./message-contents.ts";

/** `output.storageQueue()`: one message per value, in a queue that is created when missing. */
export const queueOutput: OutputBinding = {
  type: "queue",
  prepare(binding, context) {
    const { messageEncoding } = readQueueOptions(context.hostJson.extension("queues"));
    const open = openQueue(binding, context.environment);
    const fixed = hasExpressions(open.queueName) ? undefined : open.client(parseQueueName(open.queueName));
    return async (data, bindingData) => {
      const queue = fixed ?? open.client(parseQueueName(resolveBindingExpressions(open.queueName, bindingData)));
      for (const content of messageContents(data)) await sendContent(queue, content, messageEncoding);
      context.queueSignals.wake(queue.url);
    };
  },
};
