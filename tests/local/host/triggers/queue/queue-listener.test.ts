import { QueueClient, QueueServiceClient } from "@azure/storage-queue";
import { describe, expect, it } from "@jest/globals";
import { createLogFilter } from "../../../../../local/host/logging/log-level.ts";
import { createLog } from "../../../../../local/host/logging/log.ts";
import { createQueueListener } from "../../../../../local/host/triggers/queue/queue-listener.ts";
import type { QueueListener } from "../../../../../local/host/triggers/queue/queue-listener.ts";
import { createHooks } from "../../../../../local/host/worker/hooks.ts";
import { takeStorageAccount } from "../../../../support/storage-account.ts";
import { until } from "../../support/until.ts";

const service = QueueServiceClient.fromConnectionString(takeStorageAccount());
const log = createLog({ filter: createLogFilter({}), sink: () => undefined, hooks: createHooks() });

/** A listener with batches of four and a threshold of two, whose messages end when the test says so. */
function aListener(queue: QueueClient) {
  const running: (() => void)[] = [];
  let begun = 0;
  const listener: QueueListener = createQueueListener({
    queue,
    options: {
      batchSize: 4,
      newBatchThreshold: 2,
      maxDequeueCount: 5,
      visibilityTimeoutMs: 0,
      maxPollingIntervalMs: 200,
      messageEncoding: "none",
    },
    visibilityMs: 600_000,
    log,
    process: async () => {
      begun += 1;
      await new Promise<void>((resolve) => running.push(resolve));
    },
  });
  return { queue, listener, running, begun: () => begun };
}

describe("createQueueListener()", () => {
  it("receives the next batch when no more than newBatchThreshold still run", async () => {
    const { queue, listener, running, begun } = aListener(service.getQueueClient("batches"));
    await queue.create();
    for (let index = 0; index < 10; index += 1) await queue.sendMessage(`${index}`);
    listener.start();
    await until(() => begun() === 4, "the first batch");
    running.shift()?.();
    for (let call = 0; call < 5; call += 1) await queue.getProperties(); // time enough for a listener that would not wait
    expect(begun()).toBe(4);
    running.shift()?.();
    await until(() => begun() === 8, "the second batch");
    expect(running).toHaveLength(6);
    const stopped = listener.stop();
    for (const end of running) end();
    await stopped;
    expect(begun()).toBe(8);
    expect((await queue.getProperties()).approximateMessagesCount).toBe(10); // nobody deleted the eight it has received
  });

  it("waits for a queue that is missing, and does not create it", async () => {
    const { queue, listener, running, begun } = aListener(service.getQueueClient("missing"));
    listener.start();
    expect(await queue.exists()).toBe(false);
    await queue.create();
    await queue.sendMessage("text");
    await until(() => begun() === 1, "the message");
    const stopped = listener.stop();
    running[0]?.();
    await stopped;
  });

  it("gives back what it receives after it was told to stop", async () => {
    const connection = takeStorageAccount();
    const real = QueueServiceClient.fromConnectionString(connection).getQueueClient("late");
    await real.create();
    await real.sendMessage("text");
    const queue = QueueServiceClient.fromConnectionString(connection).getQueueClient("late");
    const { listener, begun } = aListener(queue);
    let stopped: Promise<void> | undefined;
    const receive = queue.receiveMessages.bind(queue);
    queue.receiveMessages = async (options) => {
      stopped = listener.stop(); // the moment in which the answer is on its way
      return receive(options);
    };
    listener.start();
    await until(() => stopped !== undefined, "the poll");
    await stopped;
    expect(begun()).toBe(0);
    expect((await real.peekMessages()).peekedMessageItems).toHaveLength(1);
  });

  it("stops although the service does not answer", async () => {
    const { listener } = aListener(new QueueClient("http://127.0.0.1:9/account/silent")); // the client retries for half a minute
    listener.start();
    const startedAt = performance.now();
    await listener.stop();
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });
});
