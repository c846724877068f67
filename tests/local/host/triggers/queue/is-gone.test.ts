import { QueueServiceClient } from "@azure/storage-queue";
import { describe, expect, it } from "@jest/globals";
import { unlessGone } from "../../../../../local/host/triggers/queue/is-gone.ts";
import { takeStorageAccount } from "../../../../support/storage-account.ts";

const queue = QueueServiceClient.fromConnectionString(takeStorageAccount()).getQueueClient("gone");

async function aMessage(): Promise<{ id: string; receipt: string }> {
  await queue.createIfNotExists();
  const { messageId, popReceipt } = await queue.sendMessage("text");
  return { id: messageId, receipt: popReceipt };
}

describe("unlessGone()", () => {
  it("lets a message go that somebody else has or has deleted", async () => {
    const { id, receipt } = await aMessage();
    const [received] = (await queue.receiveMessages()).receivedMessageItems;
    const stale = Buffer.from("an older receipt").toString("base64");
    await unlessGone(queue.deleteMessage(id, stale));
    await unlessGone(queue.updateMessage(id, stale, undefined, 1));
    await queue.deleteMessage(id, received?.popReceipt ?? receipt);
    await unlessGone(queue.deleteMessage(id, receipt));
  });

  it("rejects when the service refuses the request itself", async () => {
    const { id, receipt } = await aMessage();
    const eightDays = 8 * 24 * 3600;
    await expect(unlessGone(queue.updateMessage(id, receipt, undefined, eightDays))).rejects.toMatchObject({
      statusCode: 400,
    });
  });
});
