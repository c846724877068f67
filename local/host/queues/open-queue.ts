import { QueueServiceClient } from "@azure/storage-queue";
import type { QueueClient } from "@azure/storage-queue";
import { resolveConnection } from "../config/connections.ts";
import { resolveSettings } from "../config/expressions.ts";
import type { Environment } from "../config/expressions.ts";
import { STORAGE_RETRIES } from "../config/storage-retries.ts";
import type { Binding } from "../worker/protocol.ts";

/** The rules of the storage service; the host lower-cases names before it checks them. */
const QUEUE_NAME = /^[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9])){2,62}$/;

export interface OpenedQueue {
  /** With settings replaced; an output may still hold `{…}` in it. */
  readonly queueName: string;
  readonly client: (name: string) => QueueClient;
}

/** Reads `queueName` and `connection` of a queue binding. Throws when a setting or the connection is missing. */
export function openQueue(binding: Binding, environment: Environment): OpenedQueue {
  const { queueName, connection } = binding;
  if (typeof queueName !== "string" || queueName === "")
    throw new Error(`"queueName" must name a queue, found ${JSON.stringify(queueName)}`);
  const service = QueueServiceClient.fromConnectionString(resolveConnection(connection, environment), {
    retryOptions: STORAGE_RETRIES,
  });
  return {
    queueName: resolveSettings(queueName, environment),
    client: (name) => service.getQueueClient(name),
  };
}

/** Lower-cases and checks a queue's name. */
export function parseQueueName(text: string): string {
  const name = text.toLowerCase();
  if (QUEUE_NAME.test(name)) return name;
  throw new Error(
    `A queue name must be 3 to 63 letters, digits and single dashes, beginning and ending with a letter or digit; found '${text}'`,
  );
}
