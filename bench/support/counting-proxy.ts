import { createServer, request as forward } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One call to storage, as it went over the wire. */
export interface StorageCall {
  readonly service: "table" | "queue" | "blob";
  readonly method: string;
  /** Path and query, without account, ids and signatures. */
  readonly path: string;
  readonly status: number;
  /** Of the answer. */
  readonly bytes: number;
}

export interface CountingProxy {
  /** The storage account, seen through the proxy. */
  readonly connectionString: string;
  /** Every call since the last time this was asked. */
  take(): StorageCall[];
  stop(): Promise<void>;
}

const SERVICES = ["table", "queue", "blob"] as const;

/** Stands between an app and its storage account, and writes down every call: retries, and the host's own, included. */
export async function startCountingProxy(connectionString: string): Promise<CountingProxy> {
  let calls: StorageCall[] = [];
  let seenThrough = connectionString;
  const servers = await Promise.all(
    SERVICES.map(async (service) => {
      const name = `${service[0]?.toUpperCase() ?? ""}${service.slice(1)}Endpoint`;
      const endpoint = new RegExp(`${name}=([^;]+)`).exec(connectionString)?.[1];
      if (!endpoint) throw new Error(`Cannot count calls: the connection string has no ${name}`);
      const target = new URL(endpoint);
      const server = createServer((incoming, outgoing) => {
        pass({ incoming, outgoing, target }, (call) => calls.push({ service, ...call }));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const through = `http://127.0.0.1:${(server.address() as AddressInfo).port}${target.pathname}`;
      seenThrough = seenThrough.replace(endpoint, through);
      return server;
    }),
  );
  return {
    connectionString: seenThrough,
    take() {
      const taken = calls;
      calls = [];
      return taken;
    },
    async stop() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly target: URL;
}

function pass({ incoming, outgoing, target }: Exchange, note: (call: Omit<StorageCall, "service">) => void): void {
  const { method = "GET", url: path = "/", headers } = incoming;
  const { hostname, port } = target;
  const upstream = forward({ hostname, port, method, path, headers }, (answer) => {
    let bytes = 0;
    answer.on("data", (chunk: Buffer) => (bytes += chunk.length));
    answer.on("end", () => {
      note({ method, path: anonymous(path, target.pathname), status: answer.statusCode ?? 0, bytes });
    });
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  upstream.on("error", () => outgoing.destroy());
  incoming.pipe(upstream);
}

/** `/account/millracejobs(PartitionKey='03',RowKey='job|…')` → `/millracejobs(key)` */
function anonymous(path: string, account: string): string {
  return decodeURIComponent(path)
    .replace(account, "")
    .replace(/\?.*$/, (query) => (query.includes("comp=") ? query.replace(/^.*(comp=\w+).*$/, "?$1") : ""))
    .replace(/\(.+\)/, "(key)")
    .replace(/\/messages\/[0-9a-f-]{36}/, "/messages/{id}")
    .replace(/job_\w{26}/g, "{job}")
    .replace(/op_\w{34}/g, "{operation}")
    .replace(/file_\w{26}/g, "{file}")
    .replace(/\/[0-9a-z]{26}\//g, "/{claim}/");
}
