/** An entity as the service sends it: its properties with their types, unless they are plain JSON. */
export type RawEntity = Readonly<Record<string, unknown>>;

interface TypedValue {
  readonly value: unknown;
  readonly type: string;
}

/**
 * An entity as the real host writes it in JSON: `odata.etag`, PartitionKey, RowKey and Timestamp first, times with the offset
 * `+00:00`, 64-bit integers as numbers, binary properties in base64.
 */
export function entityJson(entity: RawEntity): Record<string, unknown> {
  const { etag, partitionKey, rowKey, timestamp, ...properties } = entity;
  const known = { "odata.etag": etag, PartitionKey: partitionKey, RowKey: rowKey };
  const json: Record<string, unknown> = { ...known, Timestamp: formatTime(String(propertyValue(timestamp))) };
  for (const [name, value] of Object.entries(properties))
    if (!name.startsWith("odata.")) json[name] = propertyValue(value);
  return json;
}

function propertyValue(property: unknown): unknown {
  if (!isTyped(property)) return property;
  const { type, value } = property;
  if (type === "DateTime") return formatTime(String(value));
  if (type === "Boolean") return String(value) === "true";
  return type === "Int64" || type === "Int32" || type === "Double" ? numberValue(value) : value;
}

/** NaN and the infinities have no number in JSON: they stay text. */
function numberValue(value: unknown): unknown {
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}

function isTyped(value: unknown): value is TypedValue {
  return typeof value === "object" && value !== null && "type" in value && "value" in value;
}

/** As .NET serialises a DateTimeOffset, all seven digits of the second's fraction kept but for zeros at their end. */
function formatTime(text: string): string {
  return text.replace(/(?:\.0+|(\.\d*?)0*)?Z$/, "$1+00:00");
}
