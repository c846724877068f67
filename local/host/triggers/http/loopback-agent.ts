import { Agent } from "node:http";
import type { Duplex } from "node:stream";

/** The library's server closes a connection after five idle seconds; long before that it is not trusted any more. */
const LONGEST_IDLE_MS = 1000;

/**
 * Keeps connections to the library's own server open between requests. The one end may close a connection in the moment
 * in which the other sends on it, so none is used again after a second of idling: a new one costs next to nothing here.
 */
export class LoopbackAgent extends Agent {
  readonly #freeSince = new WeakMap<Duplex, number>();

  constructor() {
    super({ keepAlive: true });
    this.on("free", (socket: Duplex) => this.#freeSince.set(socket, performance.now()));
  }

  /** Ends the connections that have idled too long. Call it before each request: timers run late in a busy process. */
  dropStale(): void {
    const oldest = performance.now() - LONGEST_IDLE_MS;
    for (const sockets of Object.values(this.freeSockets))
      for (const socket of sockets ?? []) if ((this.#freeSince.get(socket) ?? 0) < oldest) socket.destroy();
  }
}
