import type { WireResponse } from "../wire.ts";
import { escapeXml, xmlAnswer } from "../xml.ts";
import type { Message } from "./messages.ts";

type Asked = "put" | "get" | "peek";

/** What does not expire expires at the end of the calendar. */
const NEVER = "Fri, 31 Dec 9999 23:59:59 GMT";

/** Messages as they are told to whoever put them (no text), took them (all) or only looked (no receipt). */
export function messageList(asked: Asked, messages: readonly Message[]): WireResponse {
  const list = messages.map(
    (message) => `<QueueMessage>${fieldsOf(asked, message).map(toElement).join("")}</QueueMessage>`,
  );
  return xmlAnswer(asked === "put" ? 201 : 200, `<QueueMessagesList>${list.join("")}</QueueMessagesList>`);
}

function fieldsOf(asked: Asked, message: Message): (readonly [string, string])[] {
  return [
    ["MessageId", message.id],
    ["InsertionTime", new Date(message.insertedAt).toUTCString()],
    ["ExpirationTime", message.expiresAt === Infinity ? NEVER : new Date(message.expiresAt).toUTCString()],
    ...(asked === "peek"
      ? []
      : ([
          ["PopReceipt", message.receipt],
          ["TimeNextVisible", new Date(message.visibleAt).toUTCString()],
        ] as const)),
    ...(asked === "put"
      ? []
      : ([
          ["DequeueCount", String(message.dequeueCount)],
          ["MessageText", message.text],
        ] as const)),
  ];
}

function toElement([name, text]: readonly [string, string]): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}
