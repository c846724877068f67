import type { Response } from "undici";

/** The body, whatever its headers promise; nothing if it is larger than this. */
export async function readWithin(response: Response, maxBytes: number): Promise<Buffer | undefined> {
  if (Number(response.headers.get("content-length")) > maxBytes) {
    await response.body?.cancel();
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).byteLength;
    if (size > maxBytes) return undefined;
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks, size);
}
