import type { StoredEntity } from "../wire.ts";

/** A row as an answer holds it. */
export function toJson({ partitionKey, rowKey, etag, timestamp, properties }: StoredEntity): Record<string, unknown> {
  return {
    "odata.etag": etag,
    PartitionKey: partitionKey,
    RowKey: rowKey,
    Timestamp: timestamp.toISOString(),
    ...properties,
  };
}

/** The properties as values of the language: dates as dates, wherever the annotation says so. */
export function toValues({ partitionKey, rowKey, properties }: StoredEntity): {
  readonly partitionKey: string;
  readonly rowKey: string;
} & Record<string, string | number | boolean | Date> {
  const values: Record<string, string | number | boolean | Date> = {};
  for (const [name, value] of Object.entries(properties)) {
    if (name.endsWith("@odata.type")) continue;
    const isDate = properties[`${name}@odata.type`] === "Edm.DateTime";
    values[name] = isDate ? new Date(value as string) : (value as string | number | boolean);
  }
  return { ...values, partitionKey, rowKey };
}
