import { createServer, type AddressInfo } from "node:net";

/** Finds a port to listen on at 127.0.0.1: the preferred one when it is free, else one the system picks. */
export async function findFreePort(preferred = 0): Promise<number> {
  return (await tryPort(preferred)) ?? (await tryPort(0)) ?? failToFindPort();
}

/** Says whether a listener could be opened at 127.0.0.1 on this port right now. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await tryPort(port)) === port;
}

async function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(undefined);
    });
    server.listen(port, "127.0.0.1", () => {
      const { port: found } = server.address() as AddressInfo;
      server.close(() => {
        resolve(found);
      });
    });
  });
}

function failToFindPort(): never {
  throw new Error("Cannot find a free port on 127.0.0.1: the system gave none");
}
