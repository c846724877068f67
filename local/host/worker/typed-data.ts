import type { TypedData } from "./protocol.ts";

/** Decodes a value without guessing: `string` stays text (the library is the one that parses it), `json` is parsed. */
export function valueOf(data: TypedData | null | undefined): unknown {
  if (!data) return undefined;
  if (isSet(data.string)) return data.string;
  if (isSet(data.json)) return JSON.parse(data.json);
  if (isSet(data.int)) return Number(data.int);
  return data.double ?? data.bytes ?? data.stream ?? collectionOf(data);
}

function collectionOf(data: TypedData): unknown {
  return (
    data.collectionString?.string ??
    data.collectionBytes?.bytes ??
    data.collectionDouble?.double ??
    data.collectionSint64?.sint64.map(Number)
  );
}

function isSet<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
