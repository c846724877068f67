import { EventType } from "../history/history-event.ts";
import type { HistoryEvent } from "../history/history-event.ts";
import type { Entity, EntityRequest } from "../state/instance.ts";

/** What an entity has to do, and who has locked it. */
export interface Requests {
  readonly queue: readonly EntityRequest[];
  readonly lockedBy: string | null;
}

/** What is done in one go: operations, and after them at most one lock. */
export interface Batch {
  readonly operations: readonly EntityRequest[];
  readonly lock: EntityRequest | undefined;
  readonly rest: readonly EntityRequest[];
}

/**
 * Takes messages in. Requests of the orchestration that holds the lock come before all others, in their own order; only
 * the holder's release counts. A release also takes back the request for a lock that has not been granted yet.
 */
export function takeIn({ queue, lockedBy: lockedAtFirst }: Requests, events: readonly HistoryEvent[]): Requests {
  const first: EntityRequest[] = [];
  const last: EntityRequest[] = [];
  const released = new Set<string>();
  let lockedBy = lockedAtFirst;
  for (const event of events) {
    if (event.EventType !== EventType.EventRaised) continue;
    const request = parseRequest(event.Input);
    if (!request) continue;
    if (event.Name === "release") {
      lockedBy = request.parent === lockedBy ? null : lockedBy;
      released.add(request.id);
    } else if (event.Name.startsWith("op")) (isHolder(request, lockedBy) ? first : last).push(request);
  }
  const isWanted = ({ id, lockset }: EntityRequest) => lockset === undefined || !released.has(id);
  return { queue: [...first, ...queue, ...last].filter(isWanted), lockedBy };
}

/** Takes from the head of the queue what may run now, so many at most. */
export function nextBatch({ queue, lockedBy }: Requests, limit: number): Batch {
  const isReady = (request: EntityRequest) => lockedBy === null || isHolder(request, lockedBy);
  const blocked = queue.findIndex((request) => !isReady(request) || request.lockset !== undefined);
  const end = Math.min(blocked === -1 ? queue.length : blocked, limit);
  const next = queue[end];
  const lock = end < limit && next?.lockset !== undefined && isReady(next) ? next : undefined;
  return { operations: queue.slice(0, end), lock, rest: queue.slice(lock ? end + 1 : end) };
}

/** Whether there is something to read, or something in the queue that may run. */
export function hasWork({ inbox, queue, lockedBy }: Pick<Entity, "inbox" | "queue" | "lockedBy">): boolean {
  const [head] = queue;
  return inbox.length > 0 || (head !== undefined && (lockedBy === null || isHolder(head, lockedBy)));
}

/** Undefined for what is none: anybody may raise an event with an entity's id. */
function parseRequest(text: string | null): EntityRequest | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return typeof value === "object" && value !== null && "id" in value ? (value as EntityRequest) : undefined;
  } catch {
    return undefined;
  }
}

function isHolder({ parent }: EntityRequest, lockedBy: string | null): boolean {
  return lockedBy !== null && parent === lockedBy;
}
