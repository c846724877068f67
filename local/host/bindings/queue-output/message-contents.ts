import type { TypedData } from "../../worker/protocol.ts";
import { valueOf } from "../../worker/typed-data.ts";

/**
 * Splits an output value into messages as the queue extension does: a list, also one written as JSON text, is one message
 * an element; text and bytes stay as they are; objects become indented JSON.
 */
export function messageContents(data: TypedData): readonly (string | Uint8Array)[] {
  const value = valueOf(data);
  if (value instanceof Uint8Array) return [value];
  if (typeof value === "string") return parseList(value)?.map(contentOf) ?? [value];
  if (Array.isArray(value)) return value.map(contentOf);
  return value === undefined || value === null ? [] : [contentOf(value)];
}

function parseList(text: string): readonly unknown[] | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith("[") || !trimmed.endsWith("]")) return undefined;
  try {
    const value: unknown = JSON.parse(trimmed);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined; // it only looked like a list: send the text as it is
  }
}

function contentOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
