import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { forwardRequest } from "./forward-request.ts";
import { startHttpServer } from "./http-server.ts";

type Service = "Blob" | "Queue" | "Table";

/** What the client sees in place of the real answer. */
export type Fault =
  "reset" | "silence" | { readonly status: number; readonly headers?: Readonly<Record<string, string>> };

export interface StorageProxy {
  /** The account as it is seen through the proxy. */
  readonly connectionString: string;
  /** Every request so far, as method and address. */
  readonly requests: readonly string[];
  /** Carries the next request with this method out, and loses its answer. */
  loseAnswer(method: string, fault: Fault): void;
  /** Keeps the next request with this method from the storage service. */
  refuse(method: string, fault: Fault): void;
  /** Changes the address of every request from now on. */
  rewriteUrl(change: (url: string) => string): void;
  stop(): Promise<void>;
}

interface Planned {
  readonly method: string;
  readonly fault: Fault;
  readonly carriesOut: boolean;
}

/** Stands before one service of a storage account, and fails as networks do: after the deed, or in place of it. */
export async function startStorageProxy(connectionString: string, service: Service): Promise<StorageProxy> {
  const endpoint = new RegExp(`${service}Endpoint=(http://[^/;]+)`).exec(connectionString)?.[1] ?? "";
  const planned: Planned[] = [];
  let rewrite = (url: string) => url;
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const index = planned.findIndex(({ method }) => method === request.method);
    const [plan] = index < 0 ? [] : planned.splice(index, 1);
    const body = await buffer(request);
    const { url = "" } = request;
    const answer =
      plan?.carriesOut === false ? undefined : await forwardRequest(request, endpoint + rewrite(url), body);
    if (plan) fail(response, plan.fault);
    else if (answer) response.writeHead(answer.status, answer.headers).end(answer.body);
  };
  const server = await startHttpServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  return {
    connectionString: connectionString.replace(`${service}Endpoint=${endpoint}`, `${service}Endpoint=${server.origin}`),
    get requests() {
      return server.requests.map(({ method, url }) => `${method ?? ""} ${url ?? ""}`);
    },
    loseAnswer: (method, fault) => planned.push({ method, fault, carriesOut: true }),
    refuse: (method, fault) => planned.push({ method, fault, carriesOut: false }),
    rewriteUrl(change) {
      rewrite = change;
    },
    stop: server.stop,
  };
}

function fail(response: ServerResponse, fault: Fault): void {
  if (fault === "silence") return;
  if (fault === "reset") response.destroy();
  else response.writeHead(fault.status, fault.headers).end();
}
