import type { QueueClient } from "@azure/storage-queue";
import { storageUnavailable } from "./storage-errors.ts";

export interface PutOptions {
  /** The message stays hidden for this long, or for seven days if that is shorter: no queue hides one for longer. */
  readonly delayMs?: number;
}

export interface Queue {
  readonly name: string;
  prepare(): Promise<void>;
  /** @throws when the queue does not answer */
  ping(abortSignal: AbortSignal): Promise<void>;
  /** @throws MillraceError STORAGE_UNAVAILABLE; the message may then have been put all the same, even twice */
  put(text: string, options?: PutOptions): Promise<void>;
}

/** -1: never expires. The default of seven days would drop a waiting job's message without a word. */
const NEVER = -1;

/** Whoever waits longer than this for so small a thing waits for a connection that is dead. */
const TIMEOUT_MS = 10_000;

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
  };
}
