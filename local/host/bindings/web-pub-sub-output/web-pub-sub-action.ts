import { isJsonObject } from "../../config/json-file.ts";
import type { TypedData } from "../../worker/protocol.ts";
import { valueOf } from "../../worker/typed-data.ts";

/** One thing to tell the service. Its fields are looked up by name, in any letter case. */
export interface WebPubSubAction {
  readonly actionName: string;
  /** A text that must be there. Throws when it is not. */
  required(field: string): string;
  optional(field: string): string | undefined;
  texts(field: string): readonly string[];
  /** What is sent, and its media type. */
  message(): { readonly body: string | Uint8Array; readonly contentType: string };
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  text: "text/plain",
  json: "application/json",
  binary: "application/octet-stream",
};

/** Reads an action or a list of them, also one written as JSON text. Throws when something in it is no action. */
export function parseActions(data: TypedData): readonly WebPubSubAction[] {
  const value = valueOf(data);
  const parsed: unknown = typeof value === "string" ? JSON.parse(value) : value;
  if (parsed === undefined || parsed === null) return [];
  return (Array.isArray(parsed) ? (parsed as unknown[]) : [parsed]).map(parseAction);
}

function parseAction(value: unknown): WebPubSubAction {
  if (!isJsonObject(value))
    throw new Error(`A Web PubSub output must be an action or a list of actions, found ${JSON.stringify(value)}`);
  const fields = new Map(Object.entries(value).map(([name, field]) => [name.toLowerCase(), field]));
  const actionName = fields.get("actionname");
  if (typeof actionName !== "string")
    throw new Error(`Not supported WebPubSubOperation: ${JSON.stringify(actionName)}.`);
  const optional = (field: string): string | undefined => {
    const text = fields.get(field.toLowerCase());
    if (text === undefined || text === null) return undefined;
    if (typeof text === "string") return text;
    throw new Error(`"${field}" of the action '${actionName}' must be a text, found ${JSON.stringify(text)}`);
  };
  return {
    actionName,
    optional,
    required(field) {
      const text = optional(field);
      if (!text) throw new Error(`The action '${actionName}' needs "${field}"`);
      return text;
    },
    texts(field) {
      const list = fields.get(field.toLowerCase()) ?? [];
      if (Array.isArray(list) && list.every((text) => typeof text === "string")) return list;
      throw new Error(
        `"${field}" of the action '${actionName}' must be a list of texts, found ${JSON.stringify(list)}`,
      );
    },
    message: () => messageOf(optional("dataType") ?? "text", fields.get("data")),
  };
}

/** Bytes come as JSON makes them of a Buffer: `{ type: "Buffer", data: [1, 2] }`. */
function messageOf(dataType: string, data: unknown): { body: string | Uint8Array; contentType: string } {
  const contentType = CONTENT_TYPES[dataType.toLowerCase()];
  if (contentType === undefined)
    throw new Error(`Message only supports text, binary, json. Current value is: ${dataType}`);
  if (isJsonObject(data) && data["type"] === "Buffer")
    return { body: Buffer.from(data["data"] as readonly number[]), contentType };
  if (contentType === CONTENT_TYPES["binary"])
    throw new Error("WebPubSubDataType is binary, please use ArrayBuffer as message data type.");
  if (typeof data === "string") return { body: data, contentType };
  throw new Error("Message should be string, please stringify object.");
}
