import type { IncomingMessage } from "node:http";

/** As much as the real host takes (100 MiB). */
export const LONGEST_BODY = 104_857_600;

/**
 * Reads a body as a whole, because it may have to be sent to more than one host. Resolves with undefined when it is too
 * long; the rest is left unread, so that there is still somebody to answer. Rejects when the caller goes away.
 */
export function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > LONGEST_BODY) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= LONGEST_BODY) chunks.push(chunk);
      else request.pause();
      if (length > LONGEST_BODY) resolve(undefined);
    });
    request.once("end", () => {
      resolve(Buffer.concat(chunks));
    });
    request.once("error", reject);
    request.once("close", () => {
      reject(new Error("The caller has gone before its body had come"));
    });
  });
}
