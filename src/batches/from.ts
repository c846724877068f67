import { escapePointer, partsOfPointer } from "../contract/field-errors.ts";
import type { FieldError } from "../contract/problem.ts";

/** A place of a payload that is to hold what another item came to: `{ "$from": "facts", "path": "/summary" }`. */
export interface FromPlace {
  /** Where it stands in the payload: a JSON Pointer (RFC 6901). */
  readonly pointer: string;
  /** The item's key. */
  readonly key: string;
  /** What of its result: a JSON Pointer, empty for all of it. */
  readonly path: string;
}

export interface FromPlaces {
  readonly places: readonly FromPlace[];
  /** Objects with a `$from` that are no such place. */
  readonly errors: readonly FieldError[];
}

/** All places of a payload that are to be filled. */
export function findFrom(payload: unknown): FromPlaces {
  const places: FromPlace[] = [];
  const errors: FieldError[] = [];
  const left = [{ pointer: "", value: payload }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { pointer, value } = next;
    if (value === null || typeof value !== "object") continue;
    const from = readFrom(value);
    if (from) places.push({ pointer, ...from });
    else if (Object.hasOwn(value, "$from")) errors.push({ pointer, message: NOT_A_PLACE });
    else
      for (const [name, part] of Object.entries(value))
        left.push({ pointer: `${pointer}/${escapePointer(name)}`, value: part as unknown });
  }
  return { places, errors };
}

const NOT_A_PLACE = 'takes "$from" (the key of an item) and "path" (a JSON Pointer such as /summary), and nothing else';

/**
 * The payload with every place filled. What is filled in is taken as it is: a `$from` in it is data, and is not looked
 * at. A value that there is not becomes null, and the profile's schema judges it.
 */
export function fillFrom(payload: unknown, valueOf: (place: Omit<FromPlace, "pointer">) => unknown): unknown {
  // From the leaves up, and what was put in is not gone through again: that is what the parser's reviver does.
  return JSON.parse(JSON.stringify(payload), (_, part: unknown) => {
    const from = part !== null && typeof part === "object" ? readFrom(part) : undefined;
    return from ? (valueOf(from) ?? null) : part;
  }) as unknown;
}

/** What a JSON Pointer names; nothing, where there is nothing. */
export function valueAt(document: unknown, path: string): unknown {
  let value = document;
  for (const name of partsOfPointer(path)) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, name)) return undefined;
    if (Array.isArray(value) && !/^\d+$/.test(name)) return undefined; // An array's length is its own as well.
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

const POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/;

function readFrom(value: object): Omit<FromPlace, "pointer"> | undefined {
  const { $from: key, path = "", ...more } = value as Readonly<Record<string, unknown>>;
  const isPlace = typeof key === "string" && typeof path === "string" && POINTER.test(path);
  return isPlace && Object.keys(more).length === 0 ? { key, path } : undefined;
}
