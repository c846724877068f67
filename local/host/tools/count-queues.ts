import type { Environment } from "../config/expressions.ts";
import { storageProblem } from "../config/storage-problem.ts";
import type { CatalogEntry } from "../functions/catalog.ts";
import { messageOf } from "../logging/describe-error.ts";
import { openQueue, parseQueueName } from "../queues/open-queue.ts";
import { isMissing } from "../storage/is-missing.ts";
import type { Binding } from "../worker/protocol.ts";

export interface QueueCount {
  readonly name: string;
  /** About how many messages are in it, invisible ones included; undefined when there is no such queue. */
  readonly messages?: number;
  readonly error?: string;
}

/** Counts the queues that functions read and write, and the poison queues of those that they read. */
export async function countQueues(
  catalog: readonly CatalogEntry[],
  environment: Environment,
): Promise<readonly QueueCount[]> {
  const bindings = catalog.flatMap(({ registered }) => Object.values(registered.metadata.bindings));
  const counts = await Promise.all(bindings.flatMap((binding) => queuesOf(binding, environment)));
  const byName = new Map(counts.map((count) => [count.name, count]));
  return [...byName.values()].sort((one, other) => one.name.localeCompare(other.name));
}

function queuesOf(binding: Binding, environment: Environment): readonly Promise<QueueCount>[] {
  const type = binding.type.toLowerCase();
  const name = String(binding["queueName"]);
  if (type !== "queuetrigger" && type !== "queue") return [];
  if (name.includes("{")) return []; // which queue it is turns out with each message
  const names = type === "queuetrigger" ? [name, `${name}-poison`] : [name];
  return names.map((each) => countQueue(binding, each, environment));
}

async function countQueue(binding: Binding, queueName: string, environment: Environment): Promise<QueueCount> {
  try {
    const opened = openQueue({ ...binding, queueName }, environment);
    const name = parseQueueName(opened.queueName);
    try {
      const { approximateMessagesCount } = await opened.client(name).getProperties();
      return approximateMessagesCount === undefined ? { name } : { name, messages: approximateMessagesCount };
    } catch (error) {
      return isMissing(error) ? { name } : { name, error: storageProblem(error) };
    }
  } catch (error) {
    return { name: queueName, error: messageOf(error) };
  }
}
