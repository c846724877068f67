import { request as forward } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
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
  /** Is told of every request from now on before it is carried out, and what it returns, after. When either throws, the connection ends there. */
  watch(observe: (url: string) => (() => void) | undefined): void;
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
  let observed: Parameters<StorageProxy["watch"]>[0] = () => undefined;
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const index = planned.findIndex(({ method }) => method === request.method);
    const [plan] = index < 0 ? [] : planned.splice(index, 1);
    const body = await buffer(request);
    const { url = "" } = request;
    const after = observed(url);
    const answer = plan?.carriesOut === false ? undefined : await carryOut(request, endpoint + rewrite(url), body);
    after?.();
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
    watch(observe) {
      observed = observe;
    },
    rewriteUrl(change) {
      rewrite = change;
    },
    stop: server.stop,
  };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

async function carryOut({ method, headers }: IncomingMessage, url: string, body: Buffer): Promise<Answer> {
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

function fail(response: ServerResponse, fault: Fault): void {
  if (fault === "silence") return;
  if (fault === "reset") response.destroy();
  else response.writeHead(fault.status, fault.headers).end();
}
