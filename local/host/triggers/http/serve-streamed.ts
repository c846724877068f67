import { randomUUID } from "node:crypto";
import { request as httpRequest } from "node:http";
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Invoker } from "../../functions/invoker.ts";
import { answerEmpty } from "../../server/answer.ts";
import { announcedLength } from "../../server/read-body.ts";
import { HTTP_REASON } from "./http-call.ts";
import type { HttpCall } from "./http-call.ts";
import { LoopbackAgent } from "./loopback-agent.ts";
import { createBodyPacer } from "./paced-body.ts";
import type { BodyPacer } from "./paced-body.ts";
import { bindingData, headerValues, queryValues } from "./request-data.ts";

const INVOCATION_ID = "x-ms-invocation-id";
const HOP_BY_HOP = new Set(["connection", "keep-alive", "expect", "host", "upgrade", "proxy-connection", "te"]);

export interface StreamProxy {
  /** Never rejects. */
  serve(call: HttpCall): Promise<void>;
}

/**
 * Serves an app that streams HTTP. The library runs a server of its own at `HttpUri`: the invocation tells it which request
 * to expect, the request itself is proxied there, and what that server answers is the client's answer. Undefined when the
 * app does not stream.
 */
export function createStreamProxy(
  invoker: Invoker,
  httpUri: string | undefined,
  bodyLimitInBytes: number,
): StreamProxy | undefined {
  if (httpUri === undefined) return undefined;
  const agent = new LoopbackAgent();
  const { hostname, port } = new URL(httpUri);
  return {
    async serve(call) {
      const { request, response } = call;
      if (announcedLength(request) > bodyLimitInBytes) {
        refuseTooLarge(response);
        return;
      }
      const invocationId = randomUUID();
      const headers = forwardedHeaders(request, invocationId);
      const { method, url: path } = request;
      agent.dropStale();
      const upstream = httpRequest({ hostname, port, method, path, headers, agent });
      upstream.flushHeaders(); // the function may answer before the first byte of the body has come
      const pacer = createBodyPacer();
      const answered = relayAnswer(upstream, call, pacer);
      sendBody(call, upstream, bodyLimitInBytes);
      response.once("close", () => {
        if (!response.writableFinished || !request.complete) hangUp(upstream);
        request.unpipe(upstream);
        request.resume(); // what is left of an unread body would hold up the client's next request
        pacer.end();
      });
      await settle(invoker, { call, invocationId, upstream, answered, pacer });
    },
  };
}

interface Exchange {
  readonly call: HttpCall;
  readonly invocationId: string;
  readonly upstream: ClientRequest;
  readonly answered: Promise<void>;
  readonly pacer: BodyPacer;
}

/** Waits for both halves. A handler that returns nothing never answers the proxied request, so 204 is said here. */
async function settle(invoker: Invoker, exchange: Exchange): Promise<void> {
  const { call, invocationId, upstream, answered, pacer } = exchange;
  const { fn, request, response } = call;
  // A HEAD request has no body that could arrive, so nothing would ever go on.
  const shapeResult = request.method === "HEAD" ? undefined : pacer.pace;
  try {
    const outcome = await invoker.run(fn, { ...streamInput(call), invocationId, shapeResult });
    if (!outcome.returnedNothing) {
      await answered;
      return;
    }
    upstream.destroy();
    if (!response.headersSent) answerEmpty(response, 204);
  } catch {
    // The invoker has logged a failed handler; a client or a library that hung up leaves nobody to answer.
    upstream.destroy();
    if (response.headersSent) response.destroy();
    else answerEmpty(response, 500);
  }
}

function streamInput(call: HttpCall): Parameters<Invoker["run"]>[1] {
  const { request, params } = call;
  const json = (value: unknown) => ({ json: JSON.stringify(value) });
  return {
    data: { http: {} },
    metadata: {
      Headers: json(headerValues(request)),
      Query: json(queryValues(request.url ?? "")),
      ...Object.fromEntries(Object.entries(params).map(([name, value]) => [name, { string: value }])),
    },
    reason: HTTP_REASON,
    traceParent: request.headers["traceparent"] as string | undefined,
    traceState: request.headers["tracestate"] as string | undefined,
    bindingData: () => bindingData(call, undefined),
  };
}

/** Without the id that the library echoes, and without framing: node chooses what the client's HTTP version can read. */
function passOn(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const isOwn = (name: string) => HOP_BY_HOP.has(name) || name === INVOCATION_ID || name === "transfer-encoding";
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isOwn(name)));
}

function forwardedHeaders(request: IncomingMessage, invocationId: string): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {
    [INVOCATION_ID]: invocationId,
    "x-forwarded-host": request.headers.host ?? "localhost",
    "x-forwarded-proto": "http",
  };
  for (const name in request.headers)
    if (!HOP_BY_HOP.has(name) && headers[name] === undefined) headers[name] = request.headers[name];
  return headers;
}

function hasBody(request: IncomingMessage): boolean {
  return announcedLength(request) > 0 || request.headers["transfer-encoding"] !== undefined;
}

/** Copies the library's answer to the client. Rejects when either side breaks off. */
function relayAnswer(upstream: ClientRequest, { request, response }: HttpCall, pacer: BodyPacer): Promise<void> {
  const answered = new Promise<void>((resolve, reject) => {
    upstream.on("error", (error) => {
      reject(error);
      if (!response.headersSent && !response.destroyed) answerEmpty(response, 502); // the library cannot be reached
    });
    upstream.on("response", (answer) => {
      if (response.headersSent) {
        answer.resume(); // refused meanwhile, as too large
        resolve();
        return;
      }
      const { socket } = answer; // gone from the answer once it has ended
      response.writeHead(answer.statusCode ?? 502, passOn(answer.headers));
      answer.on("data", (chunk: Buffer) => {
        pacer.arrived(chunk.length);
      });
      answer.pipe(response);
      answer.on("error", reject);
      answer.on("end", () => {
        // A function that answers without reading its body leaves the rest in the socket, which can then serve nobody else.
        if (hasBody(request)) socket.destroy();
        resolve();
      });
    });
  });
  answered.catch(() => undefined); // nobody waits for it when the invocation fails first
  return answered;
}

/** Passes the body on as it comes; a chunked one is counted, because it announced nothing. */
function sendBody({ request, response }: HttpCall, upstream: ClientRequest, limitInBytes: number): void {
  let received = 0;
  request.on("data", (chunk: Buffer) => {
    received += chunk.length;
    if (received <= limitInBytes) return;
    request.unpipe(upstream);
    hangUp(upstream);
    if (response.headersSent) request.destroy();
    else refuseTooLarge(response);
  });
  request.on("error", () => {
    hangUp(upstream);
  });
  request.pipe(upstream);
}

/**
 * Ends the proxied request, but not before its head is on the wire: for a request that it never gets to see, the library
 * would wait for ever, and the invocation with it.
 */
function hangUp(upstream: ClientRequest): void {
  const end = () => setImmediate(() => upstream.destroy());
  const endWhenConnected = (socket: Socket) => (socket.connecting ? socket.once("connect", end) : end());
  if (upstream.socket) endWhenConnected(upstream.socket);
  else upstream.once("socket", endWhenConnected);
}

function refuseTooLarge(response: ServerResponse): void {
  response.shouldKeepAlive = false; // the rest of the body is not going to be read
  answerEmpty(response, 413);
}
