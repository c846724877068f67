import { createServer } from "node:http";
import type { IncomingMessage, RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

export interface TestServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly port: number;
  /** Every request so far, in order. */
  readonly requests: IncomingMessage[];
  /** How many connections were made, whether or not a request came over them. */
  readonly connections: () => number;
  readonly stop: () => Promise<void>;
}

/** Starts a real HTTP server on a free port of this machine. It never closes an idle connection: that is the client's to do. */
export async function startHttpServer(listener: RequestListener): Promise<TestServer> {
  const requests: IncomingMessage[] = [];
  let connections = 0;
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    requests.push(request);
    listener(request, response);
  });
  server.on("connection", () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    requests,
    connections: () => connections,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
