import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import { messageOf } from "../../logging/describe-error.ts";
import type { Log } from "../../logging/log.ts";
import { isGone } from "./is-gone.ts";

/** Keeps a message invisible to others while its function runs. */
export interface MessageLease {
  /** Ends the renewal. Resolves with the newest pop receipt, the only one the service still accepts. */
  release(): Promise<string>;
}

const SHORTEST_DELAY_MS = 500;

/**
 * Renews the message's visibility at half time. A renewal that fails is tried again in half the time; when the message is
 * gone (its visibility ran out and somebody else has it) renewal stops, and the function's work may happen twice.
 */
export function keepInvisible(
  message: DequeuedMessageItem,
  { queue, visibilityMs, log }: { queue: QueueClient; visibilityMs: number; log: Log },
): MessageLease {
  const { messageId } = message;
  let { popReceipt } = message;
  let timer: NodeJS.Timeout;
  let renewal: Promise<void> = Promise.resolve();

  const schedule = (delayMs: number): void => {
    timer = setTimeout(() => {
      renewal = renew(delayMs);
    }, delayMs);
  };

  async function renew(delayMs: number): Promise<void> {
    try {
      const answer = await queue.updateMessage(messageId, popReceipt, undefined, visibilityMs / 1000);
      popReceipt = answer.popReceipt ?? popReceipt;
      schedule(visibilityMs / 2);
    } catch (error) {
      const reason = messageOf(error);
      log.host("warning", `Cannot renew message '${messageId}' of queue '${queue.name}': ${reason}`);
      if (!isGone(error)) schedule(Math.max(delayMs / 2, SHORTEST_DELAY_MS));
    }
  }

  schedule(visibilityMs / 2);
  return {
    async release() {
      clearTimeout(timer);
      await renewal;
      clearTimeout(timer); // a renewal that was under way has scheduled the next one
      return popReceipt;
    },
  };
}
