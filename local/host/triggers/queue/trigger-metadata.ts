import type { DequeuedMessageItem } from "@azure/storage-queue";
import type { TypedData } from "../../worker/protocol.ts";
import { jsonProperties, mergeMetadata } from "../binding-metadata.ts";
import { formatDateTimeOffset } from "../date-time-offset.ts";

/**
 * What `context.triggerMetadata` is made of: the message's own facts, and every top-level property of a JSON object in its
 * body. Names are compared without case and the body wins: a property `id` hides the message's id.
 */
export function triggerMetadata(text: string, message?: DequeuedMessageItem): Record<string, TypedData> {
  const facts = { QueueTrigger: { string: text }, ...(message ? factsOf(message) : {}) };
  return mergeMetadata(facts, jsonProperties(text));
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
