import { QueueServiceClient } from "@azure/storage-queue";
import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import type { App } from "../../../src/app.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import { CONNECTION_STRING } from "../storage/account.ts";
import { createHttpClient } from "../storage/http-client.ts";
import type { Life } from "../world/world.ts";
import { QUEUE_NAME, createWorkFunction } from "./functions.ts";
import type { QueueFunction } from "./functions.ts";
import type { Site } from "./site.ts";

/**
 * What the Functions host does for a queue trigger, with the numbers of host.json: it takes a batch, keeps the messages
 * hidden while the function works, deletes what was worked on, and shows what failed again after a while.
 */
export interface Listener {
  /** There may be messages to fetch. */
  ring(): void;
}

const BATCH_SIZE = 4;
const HIDDEN_SECONDS = 600;
const FAILED_SECONDS = 15;
const MAX_DEQUEUE_COUNT = 200;
/** The host looks once a second; looking in vain would only cost the run its time. */
const LOOK_WITHIN_MS = 1_000;

export function startListener(site: Site, life: Life, app: App): Listener {
  const { world, random, account } = site;
  const client = createHttpClient(site.network.exchangeFor(life));
  const queue = QueueServiceClient.fromConnectionString(CONNECTION_STRING, {
    httpClient: client,
    retryOptions: { maxTries: 2, retryDelayInMs: 100 },
  }).getQueueClient(QUEUE_NAME);
  const worker = createWorkFunction(app);
  let look: (() => void) | undefined;
  let cancel = () => undefined as unknown;

  const ring = () => {
    cancel();
    const visibleAt = account.nextVisibleAt(QUEUE_NAME);
    if (!look || visibleAt === undefined) return;
    const waitMs = Math.max(0, visibleAt - world.now) + random.below(LOOK_WITHIN_MS);
    cancel = world.after(waitMs, { life, label: "", run: look });
  };
  const somethingVisible = async () => {
    await new Promise<void>((resolve) => {
      look = resolve;
      ring();
    });
    look = undefined;
  };
  const listen = async () => {
    for (;;) {
      await somethingVisible();
      const messages = await take(queue, 1 + random.below(BATCH_SIZE));
      await Promise.all(messages.map(async (message) => handle(site, { queue, worker, message })));
    }
  };
  listen().catch((thrown: unknown) => {
    site.surprise(`The listener stopped: ${String(thrown)}`);
  });
  return { ring };
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

interface Delivery {
  readonly queue: QueueClient;
  readonly worker: QueueFunction;
  readonly message: DequeuedMessageItem;
}

async function handle(site: Site, { queue, worker, message }: Delivery): Promise<void> {
  const { messageId, messageText } = message;
  let receipt = message.popReceipt;
  // The message comes back by itself when one of these goes wrong.
  const calmly = async (call: () => Promise<unknown>) => call().catch(() => undefined);
  const hide = async (seconds: number) =>
    calmly(async () => {
      receipt = (await queue.updateMessage(messageId, receipt, undefined, seconds)).popReceipt ?? receipt;
    });
  const remove = async () => calmly(async () => queue.deleteMessage(messageId, receipt));

  if (message.dequeueCount > MAX_DEQUEUE_COUNT) throw new Error("Cannot go on: a message was given too often");
  if (site.variant.deletesFirst) await remove();
  const renewal = setInterval(() => void hide(HIDDEN_SECONDS), (HIDDEN_SECONDS * 1000) / 2);
  const worked = await work(site, worker, Buffer.from(messageText, "base64").toString());
  clearInterval(renewal);
  if (site.variant.deletesFirst) return;
  await (worked ? remove() : hide(FAILED_SECONDS));
}

async function work(site: Site, worker: QueueFunction, text: string): Promise<boolean> {
  const life = site.world.current;
  const say = (line: string) => {
    site.world.note(life, `log: ${line}`);
  };
  try {
    await worker(JSON.parse(text), { info: say, warn: say, error: say });
    return true;
  } catch (thrown) {
    const expected = thrown instanceof MillraceError && thrown.code === "STORAGE_UNAVAILABLE";
    if (!expected) site.surprise(`A message's work threw ${String(thrown)}`);
    return false;
  }
}
