import { isJsonObject } from "../config/json-file.ts";
import type { TypedData } from "../worker/protocol.ts";
import { valueOf } from "../worker/typed-data.ts";

type Metadata = Readonly<Record<string, TypedData>>;

/** Adds values to trigger metadata; one whose name differs in case only takes the place of what was there. */
export function mergeMetadata(metadata: Metadata, additions: Metadata): Record<string, TypedData> {
  const merged = { ...metadata };
  const names = new Map(Object.keys(metadata).map((name) => [name.toLowerCase(), name]));
  for (const [name, data] of Object.entries(additions)) merged[names.get(name.toLowerCase()) ?? name] = data;
  return merged;
}

/** Every top-level property of a JSON object in a text, but for lists and nulls; nothing when the text is none. */
export function jsonProperties(text: string): Metadata {
  const properties = Object.entries(parseObject(text)).flatMap(([name, value]) => {
    const data = propertyData(value);
    return data ? [[name, data] as const] : [];
  });
  return Object.fromEntries(properties);
}

/** The same as `{…}` in settings may name it. */
export function metadataValues(metadata: Metadata): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(metadata).map(([name, data]) => [name, valueOf(data)]));
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  if (!/^\s*\{[^]*\}\s*$/.test(text)) return {};
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {}; // it only looked like JSON
  }
}

function propertyData(value: unknown): TypedData | undefined {
  if (value === null || Array.isArray(value)) return undefined;
  return { [isJsonObject(value) ? "json" : "string"]: typeof value === "string" ? value : JSON.stringify(value) };
}
