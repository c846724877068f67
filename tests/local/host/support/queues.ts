import { QueueServiceClient } from "@azure/storage-queue";
import { until } from "./until.ts";

export interface TestQueues {
  create(...names: string[]): Promise<void>;
  /** Sends as a client of a base64 queue does; text that is no string is sent as JSON. */
  send(name: string, message: unknown): Promise<void>;
  sendRaw(name: string, text: string): Promise<void>;
  /** Takes the next message off a queue, decoded from base64, waiting for it and for the queue. */
  take(name: string): Promise<string>;
  takeJson<T>(name: string): Promise<T>;
  takeRaw(name: string): Promise<string>;
  count(name: string): Promise<number>;
}

export function openTestQueues(connectionString: string): TestQueues {
  const service = QueueServiceClient.fromConnectionString(connectionString);
  const queue = (name: string) => service.getQueueClient(name);
  const toText = (message: unknown) => (typeof message === "string" ? message : JSON.stringify(message));

  async function takeRaw(name: string): Promise<string> {
    const message = await until(async () => {
      if (!(await queue(name).exists())) return undefined;
      return (await queue(name).receiveMessages()).receivedMessageItems[0];
    }, `a message in queue "${name}"`);
    await queue(name).deleteMessage(message.messageId, message.popReceipt);
    return message.messageText;
  }
  const take = async (name: string) => Buffer.from(await takeRaw(name), "base64").toString("utf8");
  return {
    create: async (...names) => {
      for (const name of names) await queue(name).createIfNotExists();
    },
    send: async (name, message) => {
      await queue(name).sendMessage(Buffer.from(toText(message)).toString("base64"));
    },
    sendRaw: async (name, text) => {
      await queue(name).sendMessage(text);
    },
    take,
    takeJson: async <T>(name: string) => JSON.parse(await take(name)) as T,
    takeRaw,
    count: async (name) => (await queue(name).getProperties()).approximateMessagesCount ?? 0,
  };
}
