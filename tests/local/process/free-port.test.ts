import { createServer, type AddressInfo, type Server } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { findFreePort, isPortFree } from "../../../local/process/free-port.ts";

async function listen(host: string): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

describe("findFreePort()", () => {
  it("prefers the wished port when it is free", async () => {
    const port = await findFreePort();
    expect(await findFreePort(port)).toBe(port);
  });

  it.each(["127.0.0.1", "0.0.0.0"])(
    "finds another port when somebody listens on the wished one at %s",
    async (host) => {
      const { server, port } = await listen(host);
      const found = await findFreePort(port);
      server.close();
      expect(found).not.toBe(port);
      expect(found).toBeGreaterThan(0);
    },
  );
});

describe("isPortFree()", () => {
  it("tells a free port from a taken one", async () => {
    const { server, port } = await listen("127.0.0.1");
    expect(await isPortFree(port)).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(await isPortFree(port)).toBe(true);
  });
});
