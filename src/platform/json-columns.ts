import { InvariantError } from "./errors.ts";
import type { Row } from "./rows.ts";

/** A string property holds 32 K characters (64 KiB of UTF-16); this leaves some air. */
export const MAX_COLUMN_CHARACTERS = 30_000;

/** Columns of a row that hold JSON text: everything that is not a flat value. */
export interface JsonColumns {
  /** The values as columns. @throws InvariantError when one is too large for a column */
  encode(values: object): Omit<Row, "partitionKey" | "rowKey">;
  /** What the columns say, to be checked by a schema. Never throws. */
  decode(row: Row): Record<string, unknown>;
}

/** @param names of the columns that hold JSON; all others stay as they are */
export function jsonColumns(...names: readonly string[]): JsonColumns {
  const mapped = (values: object, convert: (value: unknown) => unknown) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, names.includes(name) ? convert(value) : (value as unknown)]),
    );
  return {
    encode: (values) => mapped(values, toJson) as Record<string, string>,
    decode: (row) => mapped(row, fromJson),
  };
}

function toJson(value: unknown): string | undefined {
  const text = value === undefined ? undefined : JSON.stringify(value);
  if (text && text.length > MAX_COLUMN_CHARACTERS)
    throw new InvariantError("51d0b7ce", `Cannot store a column of ${text.length} characters`);
  return text;
}

/** Null when it is no JSON: no column holds that, so the schema names the column, even one that a row can do without. */
function fromJson(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return null;
  }
}
