export type MessageEncoding = "base64" | "none";

/** .NET reads base64 with white space anywhere and with its padding complete; Buffer.from() would take nearly anything. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export function encodeMessage(content: string | Uint8Array, encoding: MessageEncoding): string {
  const bytes = Buffer.from(content as Uint8Array);
  return bytes.toString(encoding === "base64" ? "base64" : "utf8");
}

/** The text a sender encoded. Throws when the message is not valid in that encoding. */
export function decodeMessage(text: string, encoding: MessageEncoding): string {
  if (encoding === "none") return text;
  const compact = text.replace(/\s+/g, "");
  if (!BASE64.test(compact))
    throw new Error(
      `the message is not base64, which "extensions.queues.messageEncoding" of host.json asks for: ` +
        `send it encoded, or set messageEncoding to "none"`,
    );
  return Buffer.from(compact, "base64").toString("utf8");
}
