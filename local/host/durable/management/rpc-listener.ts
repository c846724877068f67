import { startServer } from "../../server/http-server.ts";
import type { RequestHandler } from "../../server/http-server.ts";
import type { HostServer } from "../../server/http-server.ts";

/**
 * The address for the calls of the app's own Durable clients: a server of its own on the loopback interface, without keys.
 * The main server takes nothing new while the host drains, but a handler that still runs may start and signal until then.
 */
export interface RpcListener {
  /** Says that a function has a Durable client. Without one nothing listens. */
  need(): void;
  isNeeded(): boolean;
  start(handler: RequestHandler): Promise<void>;
  /** With a slash at the end, which the SDK needs. Throws before the start. */
  baseUrl(): string;
  /** Breaks off what is still open. */
  stop(): void;
}

export const RPC_PATH = "/durabletask";

export function createRpcListener(): RpcListener {
  let hasNeed = false;
  let server: HostServer | undefined;
  return {
    need() {
      hasNeed = true;
    },
    isNeeded: () => hasNeed,
    async start(handler) {
      if (!hasNeed) return;
      server = await startServer({ port: 0, address: "127.0.0.1" });
      server.serve([handler]);
    },
    baseUrl() {
      if (!server) throw new Error("Cannot give a Durable client: the host has not started");
      return `${server.url}${RPC_PATH}/`;
    },
    stop() {
      void server?.stop();
      server?.destroy();
    },
  };
}
