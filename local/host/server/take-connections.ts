import type { Server } from "node:http";
import { Socket } from "node:net";

/** The message that comes with a connection from the process that listens. */
export const CONNECTION = { type: "connection" } as const;

/** Serves the connections that the parent process accepts and hands over. They come paused: nothing has been read yet. */
export function takeConnections(server: Server): void {
  process.on("message", (message: unknown, socket: unknown) => {
    if ((message as { type?: unknown } | null)?.type !== CONNECTION.type || !(socket instanceof Socket)) return;
    server.emit("connection", socket);
    socket.resume();
  });
}
