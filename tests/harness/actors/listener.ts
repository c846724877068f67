import { QueueServiceClient } from "@azure/storage-queue";
import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import { CONNECTION_STRING } from "../storage/account.ts";
import { createHttpClient } from "../storage/http-client.ts";
import type { Life } from "../world/world.ts";
import type { QueueFunction } from "./functions.ts";
import { HIDDEN_SECONDS, handleMessage } from "./handle-message.ts";
import type { Site } from "./site.ts";

/**
 * What the Functions host does for a queue trigger, with the numbers of host.json: it takes a batch whenever few enough
 * messages are at work, keeps them hidden while the function works, deletes what was worked on, and shows what failed
 * again after a while, or puts it aside as poison when that happened too often.
 */
export interface Listener {
  /** There may be messages to fetch. */
  ring(): void;
  /** Fetches nothing more. */
  stop(): void;
}

export interface ListenerOptions {
  readonly life: Life;
  readonly queueName: string;
  readonly work: QueueFunction;
}

const BATCH_SIZE = 4;
const NEW_BATCH_THRESHOLD = 2;
/** The host looks once a second; looking in vain would only cost the run its time. */
const LOOK_WITHIN_MS = 1_000;

export function startListener(site: Site, { life, queueName, work }: ListenerOptions): Listener {
  const { world, random, account } = site;
  const queues = QueueServiceClient.fromConnectionString(CONNECTION_STRING, {
    httpClient: createHttpClient(site.network.exchangeFor(life)),
    retryOptions: { maxTries: 2, retryDelayInMs: 100 },
  });
  const queue = queues.getQueueClient(queueName);
  const poison = queueName.endsWith("-poison") ? undefined : queues.getQueueClient(`${queueName}-poison`);
  let atWork = 0;
  let isStopped = false;
  let isFetching = false;
  let cancel: (() => void) | undefined;

  const ring = () => {
    cancel?.();
    cancel = undefined;
    const visibleAt = account.nextVisibleAt(queueName);
    if (visibleAt === undefined || isStopped || isFetching || atWork > NEW_BATCH_THRESHOLD) return;
    const waitMs = Math.max(0, visibleAt - world.now) + random.below(LOOK_WITHIN_MS);
    cancel = world.after(waitMs, { life, label: "", run: () => void fetch() });
  };
  const handle = async (message: DequeuedMessageItem) => {
    atWork++;
    await handleMessage(site, { queue, poison, work, message });
    atWork--;
    ring();
  };
  const fetch = async () => {
    isFetching = true;
    const messages = await take(queue, 1 + random.below(BATCH_SIZE));
    isFetching = false;
    for (const message of messages)
      handle(message).catch((thrown: unknown) => {
        site.surprise(`The listener stopped: ${String(thrown)}`);
      });
    ring();
  };
  ring();
  return {
    ring,
    stop() {
      isStopped = true;
      cancel?.();
    },
  };
}

/** None, when storage does not answer: whatever was taken then comes back. */
async function take(queue: QueueClient, count: number): Promise<DequeuedMessageItem[]> {
  try {
    return (await queue.receiveMessages({ numberOfMessages: count, visibilityTimeout: HIDDEN_SECONDS }))
      .receivedMessageItems;
  } catch {
    return [];
  }
}
