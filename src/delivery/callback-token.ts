import { createHmac, timingSafeEqual } from "node:crypto";
import { operationIdSchema, workspaceIdSchema } from "../contract/ids.ts";
import { isPlainName } from "../platform/plain-name.ts";
import { secretsOf } from "../platform/secrets.ts";

/** What a callback may answer: one step of one operation, and nothing else. */
export interface CallbackTarget {
  readonly workspaceId: string;
  readonly operationId: string;
  readonly step: string;
}

/** Makes and reads the tokens that callbacks carry in their address. */
export interface CallbackTokens {
  /** The same for the same target, so that every try of a call asks for one and the same callback. */
  make(target: CallbackTarget): string;
  /** What the token gives the right to; nothing, if we did not make it. */
  read(token: string): CallbackTarget | undefined;
}

const SEPARATOR = ".";

/**
 * A token is what it is for, in the clear, and a MAC of that. Whoever has it may answer: the secret must be one that no
 * worker knows, or each could answer for all others.
 *
 * @param secrets of several, separated by spaces, the first makes tokens, and those of all are known
 */
export function createCallbackTokens(secrets: string): CallbackTokens {
  const [current = "", ...older] = secretsOf(secrets);
  const macOf = (text: string, secret = current) => createHmac("sha256", secret).update(`callback ${text}`).digest();
  return {
    make({ workspaceId, operationId, step }) {
      const text = [workspaceId, operationId, step].join(SEPARATOR);
      return [text, macOf(text).toString("base64url")].join(SEPARATOR);
    },
    read(token) {
      const end = token.lastIndexOf(SEPARATOR);
      const text = token.slice(0, Math.max(0, end));
      const mac = Buffer.from(token.slice(end + 1), "base64url");
      if (![current, ...older].some((secret) => isSame(mac, macOf(text, secret)))) return undefined;
      const [workspaceId, operationId, step = ""] = text.split(SEPARATOR);
      const ids = [workspaceIdSchema.safeParse(workspaceId), operationIdSchema.safeParse(operationId)] as const;
      if (!ids[0].success || !ids[1].success || !isPlainName(step)) return undefined;
      return { workspaceId: ids[0].data, operationId: ids[1].data, step };
    },
  };
}

/** In a time that does not depend on where they differ. */
function isSame(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
