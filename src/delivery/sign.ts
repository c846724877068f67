import { createHmac } from "node:crypto";
import { secretsOf } from "../platform/secrets.ts";

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
 * @param secrets `whsec_` and 24 to 64 bytes in base64; of several, separated by spaces, the receiver may know any
 */
export function signWebhook(secrets: string, { id, body, at }: Unsigned): SignatureHeaders {
  const seconds = String(Math.floor(at.getTime() / 1000));
  const signatures = secretsOf(secrets).map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64")}`;
  });
  return { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": signatures.join(" ") };
}
