import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import { MillraceError } from "../../../src/platform/errors.ts";
import type { QueueFunction } from "./functions.ts";
import type { Site } from "./site.ts";

export interface Delivery {
  readonly queue: QueueClient;
  /** None for a poison queue itself. */
  readonly poison: QueueClient | undefined;
  readonly work: QueueFunction;
  readonly message: DequeuedMessageItem;
}

/** The host hides what it took for so long, and renews that at half time. */
export const HIDDEN_SECONDS = 600;
const FAILED_SECONDS = 15;

/** One message through its function, as the host does it. What goes wrong here comes back by itself. */
export async function handleMessage(site: Site, { queue, poison, work, message }: Delivery): Promise<void> {
  const { messageId, messageText, dequeueCount } = message;
  let receipt = message.popReceipt;
  const calmly = async (call: () => Promise<unknown>) =>
    call().then(
      () => true,
      () => false,
    );
  const hide = async (seconds: number) =>
    calmly(async () => {
      receipt = (await queue.updateMessage(messageId, receipt, undefined, seconds)).popReceipt ?? receipt;
    });
  const remove = async () => site.variant.losesAck() || calmly(async () => queue.deleteMessage(messageId, receipt));
  /** A copy first: to die between the two leaves it twice. What is poison in a poison queue stays hidden for its time. */
  const giveUp = async () => {
    if (!poison) return;
    if (await calmly(async () => poison.sendMessage(messageText, { messageTimeToLive: -1 }))) await remove();
    else await hide(FAILED_SECONDS);
  };

  if (site.variant.deletesFirst) await remove();
  if (dequeueCount > site.maxDequeueCount) {
    await giveUp();
    return;
  }
  const renewal = setInterval(() => void hide(HIDDEN_SECONDS), (HIDDEN_SECONDS * 1000) / 2);
  const worked = await run(site, work, Buffer.from(messageText, "base64").toString());
  clearInterval(renewal);
  if (site.variant.deletesFirst) return;
  if (worked) await remove();
  else if (dequeueCount >= site.maxDequeueCount) await giveUp();
  else await hide(FAILED_SECONDS);
}

async function run(site: Site, work: QueueFunction, text: string): Promise<boolean> {
  const life = site.world.current;
  const say = (line: string) => {
    site.heard(life, line);
  };
  try {
    await work(JSON.parse(text), { info: say, warn: say, error: say });
    return true;
  } catch (thrown) {
    const expected = thrown instanceof MillraceError && thrown.code === "STORAGE_UNAVAILABLE";
    if (!expected) site.surprise(`A message's work threw ${String(thrown)}`);
    return false;
  }
}
