import type { Priority } from "../contract/submit-request.ts";
import type { Peeked, Queue } from "../platform/queues.ts";

/** A queue where the host puts what it gave up. */
interface PoisonQueue {
  readonly capability: string;
  readonly priority: Priority;
  readonly queue: Queue;
}

export interface PeekedQueue extends Peeked, Pick<PoisonQueue, "capability" | "priority"> {}

export interface PeekDeps {
  readonly poisonQueues: readonly PoisonQueue[];
}

/**
 * What waits in poison queues, of one capability or all. Normally a moment at most: a function reads them. Looking
 * changes no message.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function peekPoison({ poisonQueues }: PeekDeps, capability?: string): Promise<PeekedQueue[]> {
  const asked = poisonQueues.filter((poison) => capability === undefined || poison.capability === capability);
  return Promise.all(asked.map(async ({ queue, ...of }) => ({ ...of, ...(await queue.peek()) })));
}
