import { QueueServiceClient } from "@azure/storage-queue";
import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import { describe, expect, it } from "@jest/globals";
import { createLogFilter } from "../../../../../local/host/logging/log-level.ts";
import { createLog } from "../../../../../local/host/logging/log.ts";
import { createQueueSignals } from "../../../../../local/host/queues/queue-signals.ts";
import { createPoisonQueue } from "../../../../../local/host/triggers/queue/poison-queue.ts";
import { processMessage } from "../../../../../local/host/triggers/queue/process-message.ts";
import type { MessageWork } from "../../../../../local/host/triggers/queue/process-message.ts";
import { createHooks } from "../../../../../local/host/worker/hooks.ts";
import { takeStorageAccount } from "../../../../support/storage-account.ts";
import { until } from "../../support/until.ts";

const service = QueueServiceClient.fromConnectionString(takeStorageAccount());
const options = {
  batchSize: 16,
  newBatchThreshold: 8,
  maxDequeueCount: 2,
  visibilityTimeoutMs: 0,
  maxPollingIntervalMs: 1000,
  messageEncoding: "base64",
} as const;

interface Setting {
  readonly queue: QueueClient;
  readonly work: MessageWork;
  readonly message: DequeuedMessageItem;
  readonly runs: string[];
  readonly lines: string[];
}

/** A queue with one message in it, received for a second, and what is needed to process it. */
async function aMessage(queueName: string, changes: Partial<MessageWork> = {}): Promise<Setting> {
  const queue = service.getQueueClient(queueName);
  await queue.createIfNotExists();
  await queue.sendMessage(Buffer.from("body").toString("base64"));
  const runs: string[] = [];
  const lines: string[] = [];
  const sink = ({ message: line }: { message: string }) => lines.push(line);
  const client = (name: string) => service.getQueueClient(name);
  const work: MessageWork = {
    queue,
    poison: createPoisonQueue(queueName, client, { encoding: "base64", signals: createQueueSignals() }),
    options,
    visibilityMs: 1000,
    log: createLog({ filter: createLogFilter({}), sink, hooks: createHooks() }),
    run: async (text) => runs.push(text),
    ...changes,
  };
  return { queue, work, message: await receive(queue, 1), runs, lines };
}

async function receive(queue: QueueClient, visibilityTimeout: number): Promise<DequeuedMessageItem> {
  return until(
    async () => (await queue.receiveMessages({ visibilityTimeout })).receivedMessageItems[0],
    `a message in ${queue.name}`,
  );
}

async function count(queue: QueueClient): Promise<number | undefined> {
  return (await queue.getProperties()).approximateMessagesCount;
}

const fail = async () => {
  throw new Error("the function failed");
};

describe("processMessage()", () => {
  it("runs the function with the decoded text and deletes the message", async () => {
    const { queue, work, message, runs } = await aMessage("deleted");
    await processMessage(message, work);
    expect(runs).toEqual(["body"]);
    expect(await count(queue)).toBe(0);
  });

  it("hides a failed message for visibilityTimeout", async () => {
    const hidden = { ...options, visibilityTimeoutMs: 1500 };
    const { queue, work, message } = await aMessage("hidden", { run: fail, options: hidden });
    await processMessage(message, work);
    const failedAt = Date.now();
    expect((await receive(queue, 1)).dequeueCount).toBe(2);
    expect(Date.now() - failedAt).toBeGreaterThan(900); // the service counts in whole seconds
  });

  it("moves a message that was received too often to the poison queue without running the function", async () => {
    const { queue, work, message, runs } = await aMessage("too-often");
    await processMessage({ ...message, dequeueCount: 3 }, work);
    expect(runs).toEqual([]);
    expect(await count(queue)).toBe(0);
    expect((await receive(service.getQueueClient("too-often-poison"), 1)).messageText).toBe(message.messageText);
  });

  it.each(["of-my-own-poison", `a${"b".repeat(59)}`])("leaves a failed message of %s where it is", async (name) => {
    const { queue, work, message } = await aMessage(name, { run: fail });
    expect(work.poison).toBeUndefined();
    await processMessage({ ...message, dequeueCount: 99 }, work);
    expect(await count(queue)).toBe(1);
    expect((await receive(queue, 1)).dequeueCount).toBe(2); // it was not even made visible early
  });

  it("keeps renewing while the function runs, and deletes with the newest receipt", async () => {
    const { queue, work, message } = await aMessage("renewed");
    const others: unknown[] = [];
    let polls = 0;
    const run = async () => {
      for (const end = Date.now() + 2500; Date.now() < end; polls += 1)
        others.push(...(await queue.receiveMessages()).receivedMessageItems);
    };
    await processMessage(message, { ...work, run });
    expect(polls).toBeGreaterThan(1);
    expect(others).toEqual([]);
    expect(await count(queue)).toBe(0);
  });

  it("does not mind that the message is gone", async () => {
    const { queue, work, message, lines } = await aMessage("gone");
    const run = async () => {
      await queue.clearMessages();
      await until(() => lines.some((line) => line.includes("Cannot renew message")), "the renewal to fail");
    };
    await processMessage(message, { ...work, run });
    await processMessage(message, { ...work, run: fail });
  });
});
