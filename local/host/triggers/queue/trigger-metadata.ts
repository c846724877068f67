import type { DequeuedMessageItem } from "@azure/storage-queue";
import { isJsonObject } from "../../config/json-file.ts";
import type { TypedData } from "../../worker/protocol.ts";
import { formatDateTimeOffset } from "../date-time-offset.ts";

/**
 * What `context.triggerMetadata` is made of: the message's own facts, and every top-level property of a JSON object in its
 * body. Names are compared without case and the body wins: a property `id` hides the message's id.
 */
export function triggerMetadata(text: string, message?: DequeuedMessageItem): Record<string, TypedData> {
  const metadata: Record<string, TypedData> = { QueueTrigger: { string: text }, ...(message ? factsOf(message) : {}) };
  const names = new Map(Object.keys(metadata).map((name) => [name.toLowerCase(), name]));
  for (const [name, value] of Object.entries(parseObject(text))) {
    const data = propertyData(value);
    if (data) metadata[names.get(name.toLowerCase()) ?? name] = data;
  }
  return metadata;
}

function factsOf(message: DequeuedMessageItem): Record<string, TypedData> {
  const date = (time: Date) => ({ json: JSON.stringify(formatDateTimeOffset(time)) });
  return {
    DequeueCount: { json: String(message.dequeueCount) },
    ExpirationTime: date(message.expiresOn),
    Id: { string: message.messageId },
    InsertionTime: date(message.insertedOn),
    NextVisibleTime: date(message.nextVisibleOn),
    PopReceipt: { string: message.popReceipt },
  };
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
