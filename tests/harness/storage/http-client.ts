import { Readable } from "node:stream";
import type { StorageHttpClient } from "../../../src/platform/storage.ts";
import { serviceOf } from "./account.ts";
import type { ServiceName } from "./account.ts";
import { AnswerHeaders } from "./headers.ts";
import type { WireRequest, WireResponse } from "./wire.ts";

/** A request that is on its way: what it asks, of whom, and whether its sender still waits. */
export interface Sent {
  readonly service: ServiceName;
  readonly wire: WireRequest;
  readonly abortSignal: AbortLike | undefined;
}

type AbortLike = Pick<AbortSignal, "aborted" | "addEventListener">;

export type Exchange = (sent: Sent) => Promise<WireResponse>;

/** The part of both SDK request shapes that is read. */
interface SdkRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: { get(name: string): string | undefined };
  readonly body?: unknown;
  readonly abortSignal?: unknown;
  readonly streamResponseStatusCodes?: Set<number>;
}

/** What the SDKs send through, in place of Node's HTTP: `exchange` says when and how a request is answered. */
export function createHttpClient(exchange: Exchange): StorageHttpClient {
  const sendRequest = async (request: SdkRequest) => {
    const url = new URL(request.url);
    const answer = await exchange({
      service: serviceOf(url),
      wire: {
        method: request.method,
        path: decodeURIComponent(url.pathname.slice(1)),
        query: url.searchParams,
        header: (name) => request.headers.get(name),
        body: toBuffer(request.body),
      },
      abortSignal: request.abortSignal as AbortLike | undefined,
    });
    const streamed = request.streamResponseStatusCodes?.has(answer.status);
    const bytes = Buffer.from(answer.body ?? "");
    return {
      request,
      status: answer.status,
      headers: new AnswerHeaders(answer.headers),
      ...(streamed
        ? { readableStreamBody: Readable.from([bytes], { objectMode: false }) }
        : { bodyAsText: bytes.toString() }),
    };
  };
  return { sendRequest } as unknown as StorageHttpClient;
}

function toBuffer(body: unknown): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === "string") return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body);
  if (typeof body === "function") return toBuffer((body as () => unknown)());
  throw new Error(`Cannot read a request body of type ${Object.prototype.toString.call(body)}`);
}
