import type { IncomingMessage } from "node:http";
import { announcedLength, readBody } from "../../server/read-body.ts";

const DEFAULT_LIMIT_IN_BYTES = 104_857_600;

/** `FUNCTIONS_REQUEST_BODY_SIZE_LIMIT` in bytes; 100 MiB when it is not set. Throws when it is not a whole number. */
export function readBodyLimit(environment: NodeJS.ProcessEnv): number {
  const text = environment["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"];
  if (text === undefined || text === "") return DEFAULT_LIMIT_IN_BYTES;
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`FUNCTIONS_REQUEST_BODY_SIZE_LIMIT must be a number of bytes, found "${text}"`);
}

/**
 * Reads the body of a request that announced its length, which node holds it to. Rejects when the client goes away.
 * A chunked body is not read: without streaming the real host binds a body only when Content-Length is above 0.
 */
export async function readAnnouncedBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return announcedLength(request) === 0 ? undefined : readBody(request, Number.POSITIVE_INFINITY);
}
