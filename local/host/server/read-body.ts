import type { IncomingMessage } from "node:http";

/**
 * Reads a body as a whole. Resolves with undefined when it is longer than so many bytes; the rest is left unread, so that
 * there is still somebody to answer. Rejects when the client goes away.
 */
export function readBody(request: IncomingMessage, longest: number): Promise<Buffer | undefined> {
  if (announcedLength(request) > longest) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= longest) chunks.push(chunk);
      else {
        request.pause();
        resolve(undefined);
      }
    });
    request.once("end", () => {
      resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    });
    request.once("error", reject);
    request.once("close", () => {
      reject(new Error("the client closed the connection before its request was complete"));
    });
  });
}

/** The length a request announces; 0 for none and for chunked requests. */
export function announcedLength(request: IncomingMessage): number {
  return Number(request.headers["content-length"] ?? 0);
}
