import type { DequeuedMessageItem } from "@azure/storage-queue";
import type { AppFunction } from "../../functions/app-function.ts";
import type { TriggerInput } from "../../functions/invoker.ts";
import type { HostContext } from "../../host-context.ts";
import { openQueue, parseQueueName } from "../../queues/open-queue.ts";
import { readQueueOptions } from "../../queues/queue-options.ts";
import type { QueueOptions } from "../../queues/queue-options.ts";
import { metadataValues } from "../binding-metadata.ts";
import { formatDateTimeOffset } from "../date-time-offset.ts";
import type { TriggerExtension } from "../trigger-extension.ts";
import { createPoisonQueue } from "./poison-queue.ts";
import { processMessage } from "./process-message.ts";
import { createQueueListener } from "./queue-listener.ts";
import type { QueueListener } from "./queue-listener.ts";
import { triggerMetadata } from "./trigger-metadata.ts";

/** `app.storageQueue()`: one listener per function, with the queue extension's batches, back-off and poison handling. */
export function createQueueTriggers(context: HostContext): TriggerExtension {
  const options = readQueueOptions(context.hostJson.extension("queues")); // here, so that a wrong setting ends the start
  const listeners: QueueListener[] = [];
  return {
    triggerType: "queueTrigger",
    add(fn) {
      const listener = prepareListener(fn, options, context);
      if (!fn.isDisabled) listeners.push(listener);
    },
    describe: () => "queueTrigger",
    async start() {
      for (const listener of listeners) listener.start();
    },
    async stop() {
      await Promise.all(listeners.map((listener) => listener.stop()));
    },
    manualInput: (_fn, input) => messageInput(input, "This function was programmatically called via the host APIs."),
  };
}

function prepareListener(fn: AppFunction, options: QueueOptions, context: HostContext): QueueListener {
  const { environment, invoker, log, queueSignals, queueVisibilityMs: visibilityMs } = context;
  const opened = openQueue(fn.trigger.binding, environment);
  const name = parseQueueName(opened.queueName);
  const queue = opened.client(name);
  const poison = createPoisonQueue(name, opened.client, { encoding: options.messageEncoding, signals: queueSignals });
  const reason = `New queue message detected on '${name}'.`;
  const run = (text: string, message: DequeuedMessageItem) => {
    const { messageId, dequeueCount, insertedOn } = message;
    const details = `MessageId: ${messageId}, DequeueCount: ${dequeueCount}, InsertedOn: ${formatDateTimeOffset(insertedOn)}`;
    log.write({ level: "information", logger: `Function.${fn.name}`, message: `Trigger Details: ${details}` });
    return invoker.run(fn, messageInput(text, reason, message));
  };
  const process = (message: DequeuedMessageItem) =>
    processMessage(message, { queue, poison, options, visibilityMs, log, run });
  const listener = createQueueListener({ queue, options, visibilityMs, log, process });
  queueSignals.listen(queue.url, listener.wake);
  return listener;
}

function messageInput(text: string, reason: string, message?: DequeuedMessageItem): TriggerInput {
  const metadata = triggerMetadata(text, message);
  return { data: { string: text }, metadata, reason, bindingData: () => metadataValues(metadata) };
}
