import type { PeekedMessageItem, QueueClient } from "@azure/storage-queue";
import { storageUnavailable } from "./storage-errors.ts";

export interface PutOptions {
  /** The message stays hidden for this long, or for seven days if that is shorter: no queue hides one for longer. */
  readonly delayMs?: number;
}

/** A message as it stands in its queue. */
export interface PeekedMessage {
  readonly messageId: string;
  readonly insertedAt: Date;
  readonly dequeueCount: number;
  readonly text: string;
}

export interface Peeked {
  /** Hidden messages included; Azure says that it may be more than there are, and never less. */
  readonly approximateCount: number;
  readonly messages: readonly PeekedMessage[];
}

export interface Queue {
  readonly name: string;
  prepare(): Promise<void>;
  /** @throws when the queue does not answer */
  ping(abortSignal: AbortSignal): Promise<void>;
  /** @throws MillraceError STORAGE_UNAVAILABLE; the message may then have been put all the same, even twice */
  put(text: string, options?: PutOptions): Promise<void>;
  /** The visible messages at the head, 32 at most. Looking changes nothing. @throws MillraceError STORAGE_UNAVAILABLE */
  peek(): Promise<Peeked>;
}

/** -1: never expires. The default of seven days would drop a waiting job's message without a word. */
const NEVER = -1;

/** Whoever waits longer than this for so small a thing waits for a connection that is dead. */
const TIMEOUT_MS = 10_000;

/** As many as Queue Storage shows at a time. */
const PEEKED_MESSAGES = 32;

const LONGEST_DELAY_SECONDS = 7 * 24 * 3600;

/** A queue that the Functions host reads with `messageEncoding: base64` in host.json. */
export function createQueue(client: QueueClient, { timeoutMs = TIMEOUT_MS } = {}): Queue {
  return {
    name: client.name,
    async prepare() {
      await client.createIfNotExists();
    },
    async ping(abortSignal) {
      await client.getProperties({ abortSignal });
    },
    async put(text, { delayMs = 0 } = {}) {
      try {
        await client.sendMessage(Buffer.from(text).toString("base64"), {
          messageTimeToLive: NEVER,
          visibilityTimeout: Math.min(LONGEST_DELAY_SECONDS, Math.max(0, Math.ceil(delayMs / 1000))),
          abortSignal: AbortSignal.timeout(timeoutMs),
        });
      } catch (thrown) {
        throw storageUnavailable(thrown);
      }
    },
    async peek() {
      const abortSignal = AbortSignal.timeout(timeoutMs);
      try {
        const [{ approximateMessagesCount = 0 }, { peekedMessageItems }] = await Promise.all([
          client.getProperties({ abortSignal }),
          client.peekMessages({ numberOfMessages: PEEKED_MESSAGES, abortSignal }),
        ]);
        return { approximateCount: approximateMessagesCount, messages: peekedMessageItems.map(toPeeked) };
      } catch (thrown) {
        throw storageUnavailable(thrown);
      }
    },
  };
}

function toPeeked({ messageId, insertedOn, dequeueCount, messageText }: PeekedMessageItem): PeekedMessage {
  return { messageId, insertedAt: insertedOn, dequeueCount, text: Buffer.from(messageText, "base64").toString() };
}
