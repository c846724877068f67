import { request as forward } from "node:http";
import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";

export interface ForwardedAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Carries a request out elsewhere, as it came: the same bytes and headers, so that what was signed stays so. */
export async function forwardRequest(
  { method, headers }: IncomingMessage,
  url: string,
  body: Buffer,
): Promise<ForwardedAnswer> {
  return new Promise((resolve, reject) => {
    const request = forward(url, { method, headers }, (response) => {
      const { statusCode: status = 0, headers: answered } = response;
      buffer(response).then((bytes) => {
        resolve({ status, headers: answered, body: bytes });
      }, reject);
    });
    request.on("error", reject).end(body);
  });
}
