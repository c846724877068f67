import { ReadableStream } from "node:stream/web";

/** Keeps a function's streamed response at the pace of its client. */
export interface BodyPacer {
  /** Puts the pace on the body of what the handler returned, if that is a stream. */
  readonly pace: (result: unknown) => unknown;
  /** Tells that so many bytes have come out at the other end. */
  arrived(length: number): void;
  /** The client has all or is gone: what is still unread is cancelled, which frees what the function holds. */
  end(): void;
}

const noMore = (): void => undefined;

/** What may be under way: enough to keep a fast client busy, little enough for thousands of slow ones. */
const MOST_IN_FLIGHT = 262_144;

/**
 * The library writes a streamed body into its server's response as fast as it can read it, and never waits for the
 * client: a large download would pass through memory as a whole. So the stream it reads gives the next chunk only when
 * most of the earlier ones have arrived here.
 */
export function createBodyPacer(): BodyPacer {
  let inFlight = 0;
  let isOver = false;
  let goOn = (): void => undefined;
  let cancel = noMore;

  const room = async (): Promise<void> => {
    while (inFlight >= MOST_IN_FLIGHT && !isOver) await new Promise<void>((resolve) => (goOn = resolve));
  };

  function paced(body: ReadableStream<unknown>): ReadableStream {
    const reader = body.getReader();
    return new ReadableStream<unknown>(
      {
        start(controller) {
          cancel = () => {
            controller.close();
            reader.cancel().catch(() => undefined); // a source that fails while it is given up changes nothing
          };
        },
        async pull(controller) {
          await room();
          const { done, value } = await reader.read().catch((error: unknown) => {
            cancel = noMore;
            throw error;
          });
          if (isOver) return;
          inFlight += lengthOf(value);
          if (done) {
            cancel = noMore;
            controller.close();
          } else controller.enqueue(value);
        },
        cancel: (reason) => {
          cancel = noMore;
          return reader.cancel(reason);
        },
      },
      { highWaterMark: 0 },
    );
  }

  return {
    pace: (result) => {
      const body = streamOf(result);
      if (!body) return result;
      if (!isOver) return withBody(result, paced(body));
      body.cancel().catch(() => undefined); // as above: nobody is left who could read it
      return withBody(result, undefined);
    },
    arrived(length) {
      inFlight -= length;
      goOn();
    },
    end() {
      if (isOver) return;
      isOver = true;
      goOn();
      cancel();
      cancel = noMore;
    },
  };
}

/** The library's own response objects cannot be changed, but it takes a plain one in their place. */
function withBody(result: unknown, body: ReadableStream | undefined): unknown {
  const { status, headers, cookies } = result as Record<string, unknown>;
  return { status, headers, cookies, body };
}

/** The body as a stream: a web stream, a stream of Node, or anything else that is read bit by bit. */
function streamOf(result: unknown): ReadableStream | undefined {
  const { body, jsonBody } = (result ?? {}) as { body?: unknown; jsonBody?: unknown };
  if (typeof body !== "object" || body === null || jsonBody !== undefined) return undefined;
  if (body instanceof ReadableStream) return body.locked ? undefined : body;
  return Symbol.asyncIterator in body ? ReadableStream.from(body as AsyncIterable<unknown>) : undefined;
}

function lengthOf(chunk: unknown): number {
  if (typeof chunk === "string") return Buffer.byteLength(chunk);
  return ArrayBuffer.isView(chunk) ? chunk.byteLength : 0;
}
