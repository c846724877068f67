import type { Server } from "node:net";
import { portInUse } from "./port-in-use.ts";

/** How many may connect while the app's code keeps this process busy; Node's 511 resets those of a burst that come after. */
const BACKLOG = 4096;

/** Makes a server listen. Rejects with an explanation when it cannot, such as who has the port. */
export function listen(server: Server, { port, address }: { port: number; address: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code === "EADDRINUSE") void portInUse(port, error).then(reject);
      else reject(new Error(`Cannot listen on ${address}:${port}: ${error.message}`, { cause: error }));
    };
    server.once("error", onError);
    server.listen({ port, host: address, backlog: BACKLOG }, () => {
      server.off("error", onError);
      resolve();
    });
  });
}
