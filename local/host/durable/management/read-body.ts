import type { IncomingMessage } from "node:http";

/** As much as the real host takes (100 MiB). */
export const LONGEST_BODY = 104_857_600;

/** Reads a body as a whole, because it may have to be sent to more than one host. Undefined when it is too long. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
