import type { IncomingMessage } from "node:http";

const DEFAULT_LIMIT_IN_BYTES = 104_857_600;

/** `FUNCTIONS_REQUEST_BODY_SIZE_LIMIT` in bytes; 100 MiB when it is not set. Throws when it is not a whole number. */
export function readBodyLimit(environment: NodeJS.ProcessEnv): number {
  const text = environment["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"];
  if (text === undefined || text === "") return DEFAULT_LIMIT_IN_BYTES;
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`FUNCTIONS_REQUEST_BODY_SIZE_LIMIT must be a number of bytes, found "${text}"`);
}

/** The length a request announces; 0 for none and for chunked requests. */
export function announcedLength(request: IncomingMessage): number {
  return Number(request.headers["content-length"] ?? 0);
}

/**
 * Reads the body of a request that announced its length, which node holds it to. Rejects when the client goes away.
 * A chunked body is not read: without streaming the real host binds a body only when Content-Length is above 0.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (announcedLength(request) === 0) return undefined;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    });
    request.on("error", reject);
    request.on("close", () => {
      reject(new Error("the client closed the connection before its request was complete"));
    });
  });
}
