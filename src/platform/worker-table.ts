import { z } from "zod";
import { isPlainName } from "./plain-name.ts";
import { secretsSchema } from "./secrets.ts";

/** Where the external workers are, by the names that profiles know them by. */
export type WorkerTable = ReadonlyMap<string, string>;

/** The text `n8n=https://n8n.example.com/webhook/x,ocr=https://ocr.example.com/jobs` as a table. */
export const workerTableSchema = z.string().transform((text, context): WorkerTable => {
  const pairs = text
    .split(",")
    .map((pair) => pair.trim())
    .filter(Boolean)
    .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const);
  const isSound = pairs.every(([name, address]) => isPlainName(name) && isAddress(address));
  // The addresses themselves are not told: those of webhooks are secrets.
  if (!isSound) context.addIssue("is not name=https://address, with names of lower-case letters, digits and dashes");
  else if (new Set(pairs.map(([name]) => name)).size < pairs.length) context.addIssue("names a worker twice");
  return new Map(pairs);
});

/** Without credentials, which belong into no log and no list of settings. */
function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return (protocol === "https:" || protocol === "http:") && username + password + hash === "";
}

/** As Standard Webhooks writes secrets: 24 to 64 random bytes in base64. */
export const webhookSecretSchema = secretsSchema((secret) => {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret)) return false;
  const { length } = Buffer.from(secret.slice("whsec_".length), "base64");
  return length >= 24 && length <= 64;
}, "is not whsec_ and 24 to 64 bytes in base64");
