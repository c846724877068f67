import { QueueServiceClient } from "@azure/storage-queue";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { createQueue } from "../../src/platform/queues.ts";
import { takeStorageAccount } from "../support/storage-account.ts";
import { startStorageProxy } from "../support/storage-proxy.ts";

const account = takeStorageAccount();
const service = QueueServiceClient.fromConnectionString(account);

describe("createQueue()", () => {
  const client = service.getQueueClient("letters");
  const queue = createQueue(client);
  beforeAll(async () => queue.prepare());

  it("puts text as base64, which is how the host reads it", async () => {
    await queue.put('{"text":"ä €"}');
    const [message] = (await client.receiveMessages()).receivedMessageItems;
    expect(message?.messageText).toBe(Buffer.from('{"text":"ä €"}').toString("base64"));
  });

  it("puts messages that never expire: the default of seven days would drop a waiting job", async () => {
    await queue.put("for ever");
    const [message] = (await client.receiveMessages()).receivedMessageItems;
    expect(message?.expiresOn.getUTCFullYear()).toBe(9999);
  });

  it("shows what stands at its head, and changes nothing by looking (R-224)", async () => {
    const peeked = createQueue(service.getQueueClient("peeked"));
    await peeked.prepare();
    expect(await peeked.peek()).toEqual({ approximateCount: 0, messages: [] });
    for (let count = 1; count <= 40; count++) await peeked.put(`message ${count}`);
    const first = await peeked.peek();
    expect(first.approximateCount).toBe(40);
    expect(first.messages).toHaveLength(32);
    expect(first.messages[0]).toMatchObject({ text: "message 1", dequeueCount: 0 });
    expect(await peeked.peek()).toEqual(first);
  });

  it("hides a message for as long as it was told, rounded up to seconds", async () => {
    const before = Date.now();
    const hidden = createQueue(service.getQueueClient("hidden"));
    await hidden.prepare();
    await hidden.put("later", { delayMs: 600_500 });
    const { peekedMessageItems } = await service.getQueueClient("hidden").peekMessages();
    expect(peekedMessageItems).toEqual([]);
    const { approximateMessagesCount } = await service.getQueueClient("hidden").getProperties();
    expect(approximateMessagesCount).toBe(1);
    await hidden.put("now");
    const [visible] = (await service.getQueueClient("hidden").peekMessages()).peekedMessageItems;
    expect(Buffer.from(visible?.messageText ?? "", "base64").toString()).toBe("now");
    expect(Date.now() - before).toBeLessThan(600_000);
  });

  it.each([
    ["already over", -5_000],
    ["longer than a queue can hide a message", 30 * 24 * 3_600_000],
  ])("puts a message whose delay is %s all the same", async (_, delayMs) => {
    await expect(queue.put("kept", { delayMs })).resolves.toBeUndefined();
  });

  it("does not wait for ever for an answer that never comes", async () => {
    const proxy = await startStorageProxy(account, "Queue");
    const behind = QueueServiceClient.fromConnectionString(proxy.connectionString).getQueueClient("letters");
    proxy.refuse("POST", "silence");
    const putting = createQueue(behind, { timeoutMs: 200 }).put("lost");
    await expect(putting).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    await proxy.stop();
  });

  it("can be prepared by every instance at every start", async () => {
    await queue.prepare();
    await queue.ping(AbortSignal.timeout(5_000));
  });

  it("does not answer where there is no queue", async () => {
    const missing = createQueue(service.getQueueClient("nowhere"));
    await expect(missing.ping(AbortSignal.timeout(5_000))).rejects.toBeDefined();
    await expect(missing.put("lost")).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE", kind: "transient" });
  });
});
