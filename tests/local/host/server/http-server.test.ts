import { createServer } from "node:http";
import { describe, expect, it } from "@jest/globals";
import { startServer } from "../../../../local/host/server/http-server.ts";
import { listen } from "../../../../local/host/server/listen.ts";

describe("startServer()", () => {
  it("shows people localhost for addresses of this machine, and others as they are", async () => {
    const server = await startServer({ port: 0, address: "0.0.0.0", onError: () => undefined });
    expect([server.url, server.displayUrl]).toEqual([
      `http://127.0.0.1:${server.port}`,
      `http://localhost:${server.port}`,
    ]);
    await server.stop();
  });

  it("ends at once when nothing is under way", async () => {
    const server = await startServer({ port: 0, address: "127.0.0.1", onError: () => undefined });
    server.serve([]);
    await fetch(server.url); // its connection stays open
    await server.stop();
    await expect(fetch(server.url)).rejects.toThrow();
  });
});

describe("the limits of the server", () => {
  it("are headers of 32 KiB, and idle connections of 130 seconds", async () => {
    const server = await startServer({ port: 0, address: "127.0.0.1", onError: () => undefined });
    server.serve([]);
    const withHeader = (length: number) => fetch(server.url, { headers: { "x-long": "x".repeat(length) } });
    const answer = await withHeader(30_000);
    expect([answer.status, answer.headers.get("keep-alive")]).toEqual([204, "timeout=130"]);
    expect((await withHeader(33_000)).status).toBe(431);
    await server.stop();
  });
});

describe("listen()", () => {
  it("leaves the errors after the start to others", async () => {
    const server = createServer();
    await listen(server, { port: 0, address: "127.0.0.1" });
    expect(server.listenerCount("error")).toBe(0);
    server.close();
  });

  it("says which address there is not", async () => {
    await expect(listen(createServer(), { port: 0, address: "192.0.2.1" })).rejects.toThrow(
      "Cannot listen on 192.0.2.1:0: ",
    );
  });
});
