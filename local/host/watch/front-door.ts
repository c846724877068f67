import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { answerText } from "../server/answer.ts";
import { listen } from "../server/listen.ts";

/** Where the port is kept while apps come and go behind it. */
export interface FrontDoor {
  readonly port: number;
  /** Lets new connections wait. */
  hold(): void;
  /** Hands them over, those that waited first. `take` returns false when it cannot: the connection goes on waiting. */
  open(take: (socket: Socket) => boolean): void;
  /** Answers 503 with the reason. */
  refuse(reason: string): void;
  close(): void;
}

/** Listens. Rejects with an explanation when the port is taken. */
export async function openFrontDoor(options: { port: number; address: string }): Promise<FrontDoor> {
  const waiting: Socket[] = [];
  let take: (socket: Socket) => boolean = () => false;
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    if (!take(socket)) waiting.push(socket);
  });
  await listen(server, options);

  function handOver(to: (socket: Socket) => boolean): void {
    take = to;
    for (const socket of waiting.splice(0)) if (!take(socket)) waiting.push(socket);
  }

  return {
    port: (server.address() as AddressInfo).port,
    hold() {
      take = () => false;
    },
    open: handOver,
    refuse(reason) {
      const apology = createHttpServer((_request, response) => {
        response.shouldKeepAlive = false;
        answerText(response, 503, reason);
      });
      handOver((socket) => {
        apology.emit("connection", socket);
        socket.resume();
        return true;
      });
    },
    close() {
      server.close();
      for (const socket of waiting) socket.destroy();
    },
  };
}
