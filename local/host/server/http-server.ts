import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerEmpty, answerText } from "./answer.ts";
import { portInUse } from "./port-in-use.ts";
import { pathOf } from "./request-path.ts";

/** Takes a request by answering it (then or later) and returning true. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface HostServer {
  readonly port: number;
  /** For programs: an address that needs no name lookup. */
  readonly url: string;
  /** For people, as `func start` prints it. */
  readonly displayUrl: string;
  /** From here on requests are offered to the handlers in turn; until then they get 503. */
  serve(handlers: readonly RequestHandler[]): void;
  /** Accepts nothing new; resolves when the last request under way has been answered. */
  stop(): Promise<void>;
  /** Breaks off what is still open. */
  destroy(): void;
}

/** Limits of Kestrel, the real host's server. An upload may take as long as it likes. */
const SERVER_OPTIONS = { maxHeaderSize: 32_768, keepAliveTimeout: 130_000, requestTimeout: 0 };

/** How many may connect while the app's code keeps this process busy; Node's 511 resets those of a burst that come after. */
const BACKLOG = 4096;

/** Listens at once, so that a taken port is found before the app's code runs. Rejects with an explanation when it is taken. */
export async function startServer({ port, address }: { port: number; address: string }): Promise<HostServer> {
  let handlers: readonly RequestHandler[] | undefined;
  let isStopping = false;
  const open = new Set<ServerResponse>();

  // Not closeIdleConnections(), which leaves those on which no request has come yet.
  const closeIfDone = () => {
    if (isStopping && open.size === 0) server.closeAllConnections();
  };
  const server = createServer(SERVER_OPTIONS, (request, response) => {
    open.add(response);
    response.once("close", () => {
      open.delete(response);
      closeIfDone();
    });
    if (isStopping || !handlers) refuse(response);
    else if (!hasValidHost(request)) answerEmpty(response, 400);
    else if (!handlers.some((handle) => handle(request, response))) answerUnknown(request, response);
  });
  await listen(server, port, address);

  const bound = (server.address() as AddressInfo).port;
  const host = address.includes(":") ? `[${address}]` : address;
  const isAny = address === "0.0.0.0" || address === "::";
  const isLocal = isAny || address === "127.0.0.1" || address === "::1" || address === "localhost";
  return {
    port: bound,
    url: `http://${isAny ? "127.0.0.1" : host}:${bound}`,
    displayUrl: `http://${isLocal ? "localhost" : host}:${bound}`,
    serve(given) {
      handlers = given;
    },
    stop() {
      isStopping = true;
      for (const response of open) response.shouldKeepAlive = false;
      const closed = new Promise<void>((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
      closeIfDone();
      return closed;
    },
    destroy() {
      server.closeAllConnections();
    },
  };
}

function listen(server: Server, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") void portInUse(port, error).then(reject);
      else reject(new Error(`Cannot listen on ${address}:${port}: ${error.message}`, { cause: error }));
    });
    server.listen({ port, host: address, backlog: BACKLOG }, resolve);
  });
}

/** Functions are given the host in a URL, which must be one. An empty name is allowed. */
function hasValidHost({ headers: { host } }: IncomingMessage): boolean {
  return !host || URL.canParse(`http://${host}`);
}

/** The real host's answer while it is not running. */
function refuse(response: ServerResponse): void {
  response.shouldKeepAlive = false;
  answerText(response, 503, "Function host is not running.");
}

function answerUnknown(request: IncomingMessage, response: ServerResponse): void {
  answerEmpty(response, pathOf(request) === "/" ? 204 : 404);
}
