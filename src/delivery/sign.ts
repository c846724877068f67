import { createHmac } from "node:crypto";

/** Headers that prove who has sent a body, and that it is the one that was sent. */
export type SignatureHeaders = Readonly<Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string>>;

interface Unsigned {
  /** Names what is sent: the same for every try, so that the receiver can tell one that it has had before. */
  readonly id: string;
  readonly body: string;
  readonly at: Date;
}

const PREFIX = "whsec_";

/**
 * Signs a body as Standard Webhooks has it (symmetric, version 1 of the specification): HMAC-SHA256 over
 * `{id}.{seconds since 1970}.{body}`.
 *
 * @param secret `whsec_` and 24 to 64 bytes in base64
 */
export function signWebhook(secret: string, { id, body, at }: Unsigned): SignatureHeaders {
  const seconds = String(Math.floor(at.getTime() / 1000));
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": `v1,${signature}` };
}
