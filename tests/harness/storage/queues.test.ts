import { QueueServiceClient } from "@azure/storage-queue";
import { describe, expect, it } from "@jest/globals";
import { BOTH_ACCOUNTS, refusal } from "./both-accounts.ts";

describe.each(BOTH_ACCOUNTS)("Queue Storage as %s", (_, takeAccount) => {
  const account = takeAccount();
  const options = { ...account.options, retryOptions: { maxTries: 1 } };
  const service = QueueServiceClient.fromConnectionString(account.connectionString, options);
  let count = 0;
  const newQueue = async () => {
    const queue = service.getQueueClient(`queue-${++count}`);
    await queue.create();
    return queue;
  };
  const eventually = async (holds: () => Promise<boolean>) => {
    while (!(await holds()));
  };

  it("is calm when the queue is created again", async () => {
    const queue = await newQueue();
    expect((await queue.createIfNotExists()).succeeded).toBe(false);
  });

  it("does not find a queue that is not there", async () => {
    const missing = service.getQueueClient("nowhere");
    expect(await refusal(missing.sendMessage("x"))).toBe("404 QueueNotFound");
    expect(await refusal(missing.receiveMessages())).toBe("404 QueueNotFound");
    expect(await refusal(missing.getProperties())).toBe("404 QueueNotFound");
  });

  it("gives back what was put, and says how often it was given", async () => {
    const queue = await newQueue();
    const text = "ä € <&> \" ' x";
    const put = await queue.sendMessage(text, { messageTimeToLive: -1 });
    const { receivedMessageItems } = await queue.receiveMessages({ visibilityTimeout: 60 });
    expect(receivedMessageItems).toMatchObject([{ messageId: put.messageId, messageText: text, dequeueCount: 1 }]);
    expect(receivedMessageItems[0]?.expiresOn.getUTCFullYear()).toBe(9999);
    expect(receivedMessageItems[0]?.popReceipt).not.toBe(put.popReceipt);
  });

  it("hands out at most as many as asked for, hides them, and keeps count of all", async () => {
    const queue = await newQueue();
    for (const text of ["a", "b", "c"]) await queue.sendMessage(text);
    const first = await queue.receiveMessages({ numberOfMessages: 2, visibilityTimeout: 60 });
    const second = await queue.receiveMessages({ numberOfMessages: 2, visibilityTimeout: 60 });
    const texts = [...first.receivedMessageItems, ...second.receivedMessageItems].map(({ messageText }) => messageText);
    expect(first.receivedMessageItems).toHaveLength(2);
    expect(texts.sort()).toEqual(["a", "b", "c"]);
    expect((await queue.receiveMessages()).receivedMessageItems).toEqual([]);
    expect((await queue.getProperties()).approximateMessagesCount).toBe(3);
  });

  it("shows a message again when its time is over, with a count that has grown", async () => {
    const queue = await newQueue();
    await queue.sendMessage("again");
    await queue.receiveMessages({ visibilityTimeout: 1 });
    let dequeueCount: number | undefined;
    await eventually(async () => {
      const [message] = (await queue.receiveMessages({ visibilityTimeout: 60 })).receivedMessageItems;
      dequeueCount = message?.dequeueCount;
      return message !== undefined;
    });
    expect(dequeueCount).toBe(2);
  });

  it("hides what is put for later", async () => {
    const queue = await newQueue();
    await queue.sendMessage("later", { visibilityTimeout: 1 });
    expect((await queue.peekMessages()).peekedMessageItems).toEqual([]);
    await eventually(async () => (await queue.peekMessages()).peekedMessageItems.length > 0);
  });

  it("shows a message to who only looks, without counting and without a receipt", async () => {
    const queue = await newQueue();
    await queue.sendMessage("look");
    await queue.peekMessages();
    const [peeked] = (await queue.peekMessages({ numberOfMessages: 32 })).peekedMessageItems;
    expect(peeked).toMatchObject({ messageText: "look", dequeueCount: 0 });
    expect(peeked).not.toHaveProperty("popReceipt");
  });

  it("deletes by the newest receipt only (M3)", async () => {
    const queue = await newQueue();
    const { messageId, popReceipt } = await queue.sendMessage("x");
    const [taken] = (await queue.receiveMessages({ visibilityTimeout: 60 })).receivedMessageItems;
    expect(await refusal(queue.deleteMessage(messageId, popReceipt))).toBe("400 PopReceiptMismatch");
    await queue.deleteMessage(messageId, taken?.popReceipt ?? "");
    expect(await refusal(queue.deleteMessage(messageId, taken?.popReceipt ?? ""))).toBe("404 MessageNotFound");
  });

  it("deletes by a receipt whose time is over, as long as nobody else has the message (M3)", async () => {
    const queue = await newQueue();
    await queue.sendMessage("x");
    const [taken] = (await queue.receiveMessages({ visibilityTimeout: 1 })).receivedMessageItems;
    await eventually(async () => (await queue.peekMessages()).peekedMessageItems.length > 0);
    await queue.deleteMessage(taken?.messageId ?? "", taken?.popReceipt ?? "");
    expect((await queue.getProperties()).approximateMessagesCount).toBe(0);
  });

  it("hides a message for longer and gives it a new receipt, and a new text if there is one", async () => {
    const queue = await newQueue();
    await queue.sendMessage("old");
    const [taken] = (await queue.receiveMessages({ visibilityTimeout: 60 })).receivedMessageItems;
    const { messageId, popReceipt } = taken ?? { messageId: "", popReceipt: "" };
    const renewed = await queue.updateMessage(messageId, popReceipt, undefined, 60);
    expect(await refusal(queue.updateMessage(messageId, popReceipt, undefined, 0))).toBe("400 PopReceiptMismatch");
    await queue.updateMessage(messageId, renewed.popReceipt ?? "", "new", 0);
    expect((await queue.peekMessages()).peekedMessageItems[0]?.messageText).toBe("new");
    const updating = queue.updateMessage(
      "00000000-0000-0000-0000-000000000000",
      renewed.popReceipt ?? "",
      undefined,
      0,
    );
    expect(await refusal(updating)).toBe("404 MessageNotFound");
  });

  it.each([
    ["a longer time than a queue hides a message", { visibilityTimeout: 7 * 24 * 3600 + 1, messageTimeToLive: -1 }],
    ["a longer time than the message lives", { visibilityTimeout: 60, messageTimeToLive: 30 }],
    ["no time to live", { messageTimeToLive: 0 }],
  ])("refuses %s", async (_what, times) => {
    const queue = await newQueue();
    expect(await refusal(queue.sendMessage("x", times))).toContain("400");
    expect((await queue.getProperties()).approximateMessagesCount).toBe(0);
  });

  it("is gone when it was deleted", async () => {
    const queue = await newQueue();
    await queue.sendMessage("x");
    await queue.clearMessages();
    expect((await queue.getProperties()).approximateMessagesCount).toBe(0);
    await queue.delete();
    expect(await refusal(queue.getProperties())).toBe("404 QueueNotFound");
  });
});
