import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerEmpty, answerText } from "./answer.ts";
import type { Cors } from "./cors.ts";
import { listen } from "./listen.ts";
import { pathOf } from "./request-path.ts";
import { takeConnections } from "./take-connections.ts";

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

/** What was handed over just now is still to be read: its clients have been promised that they only wait. */
const SETTLE_MS = 100;

export interface ServerOptions {
  readonly port: number;
  readonly address: string;
  /** Told what goes wrong while it serves, such as a connection that cannot be accepted for want of file descriptors. */
  readonly onError: (error: Error) => void;
  readonly cors?: Cors | undefined;
  /** The parent process listens, and hands over what it accepts. While this one stops it still answers on old connections. */
  readonly takesConnections?: boolean;
}

/** Listens at once, so that a taken port is found before the app's code runs. Rejects with an explanation when it is taken. */
export async function startServer(options: ServerOptions): Promise<HostServer> {
  const { address, onError, cors, takesConnections = false } = options;
  let handlers: readonly RequestHandler[] | undefined;
  let isStopping = false;
  const open = new Set<ServerResponse>();
  const waiting: (() => void)[] = [];

  // Not closeIdleConnections(), which leaves those on which no request has come yet.
  const closeIfDone = () => {
    if (!isStopping || open.size > 0) return;
    server.closeAllConnections();
    for (const resolve of waiting.splice(0)) resolve();
  };
  // After a while, and a look at what has come in it: a timer alone may be the first to run in a busy process.
  const closeSoon = takesConnections ? () => setTimeout(() => setImmediate(closeIfDone), SETTLE_MS) : closeIfDone;
  const lastAnswer = () =>
    open.size === 0 && !takesConnections ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve));
  const server = createServer(SERVER_OPTIONS, (request, response) => {
    open.add(response);
    response.once("close", () => {
      open.delete(response);
      if (isStopping) closeSoon();
    });
    if (isStopping) response.shouldKeepAlive = false;
    if ((isStopping && !takesConnections) || !handlers) refuse(response);
    else if (!hasValidHost(request)) answerEmpty(response, 400);
    else if (cors?.(request, response) === true) return;
    else if (!handlers.some((handle) => handle(request, response))) answerUnknown(request, response);
  });
  if (takesConnections) takeConnections(server);
  else await listen(server, options);
  server.on("error", onError);

  const bound = (server.address() as AddressInfo | null)?.port ?? options.port;
  return {
    port: bound,
    ...urlsOf(address, bound),
    serve(given) {
      handlers = given;
    },
    stop() {
      isStopping = true;
      for (const response of open) response.shouldKeepAlive = false;
      server.close();
      closeSoon();
      return lastAnswer();
    },
    destroy() {
      server.closeAllConnections();
    },
  };
}

function urlsOf(address: string, port: number): Pick<HostServer, "url" | "displayUrl"> {
  const host = address.includes(":") ? `[${address}]` : address;
  const isAny = address === "0.0.0.0" || address === "::";
  const isLocal = isAny || address === "127.0.0.1" || address === "::1" || address === "localhost";
  return {
    url: `http://${isAny ? "127.0.0.1" : host}:${port}`,
    displayUrl: `http://${isLocal ? "localhost" : host}:${port}`,
  };
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
