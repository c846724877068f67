import type { Known } from "../state/instance.ts";

export interface PageRequest {
  readonly size: number;
  /** From the page before; undefined begins at the beginning. */
  readonly continuation?: string | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Undefined on the last page. */
  readonly continuation?: string;
}

type Position = readonly [createdAt: number, id: string];

/**
 * Takes one page in the order of creation. A continuation is the place of the page's last item, so that what is created or
 * purged between two pages neither repeats nor hides another. Throws when it is not one of ours.
 */
export function takePage<Item extends Known>(
  all: Iterable<Item>,
  { size, continuation }: PageRequest,
  isWanted: (item: Item) => boolean,
): Page<Item> {
  const after = continuation === undefined ? undefined : decode(continuation);
  const left: Item[] = [];
  for (const item of all) if ((!after || compare(positionOf(item), after) > 0) && isWanted(item)) left.push(item);
  left.sort((one, other) => compare(positionOf(one), positionOf(other)));
  const items = left.slice(0, size);
  const last = items.at(-1);
  return last && left.length > size ? { items, continuation: encode(positionOf(last)) } : { items };
}

function positionOf({ createdAt, id }: Known): Position {
  return [createdAt, id];
}

function compare([oneTime, oneId]: Position, [otherTime, otherId]: Position): number {
  if (oneTime !== otherTime) return oneTime - otherTime;
  if (oneId === otherId) return 0;
  return oneId < otherId ? -1 : 1;
}

function encode(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

function decode(token: string): Position {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    if (Array.isArray(value) && typeof value[0] === "number" && typeof value[1] === "string")
      return [value[0], value[1]];
  } catch {
    // said below
  }
  throw new InvalidContinuation(`The continuation token "${token}" is not one that this host has handed out`);
}

export class InvalidContinuation extends Error {}
