import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startHostProcess, stopHostProcesses } from "../../support/host-process.ts";
import type { HostProcess } from "../../support/host-process.ts";
import { until } from "../../support/until.ts";

describe("streaming HTTP", () => {
  let host: HostProcess;
  const call = (path: string, init?: RequestInit) => fetch(`${host.url}/api/${path}`, init);

  beforeAll(async () => {
    host = await startHostProcess({ app: "streaming", env: { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: "3000000" } });
  });
  afterAll(stopHostProcesses);

  it("streams a chunked request into the function, with parameters, query and headers", async () => {
    const body = Readable.from(Array.from({ length: 20 }, () => Buffer.alloc(100_000, 1)));
    const init = { method: "POST", body, duplex: "half", headers: { "x-a": "1" } } as unknown as RequestInit;
    const answer = (await (await call("upload/a%20b?x=1&x=2", init)).json()) as Record<string, unknown>;
    expect(answer).toEqual({
      length: 2_000_000,
      name: "a b",
      query: ["1", "2"],
      header: "1",
      url: `${host.url}/api/upload/a%20b?x=1&x=2`,
    });
  });

  it("streams a response while the function is still writing it", async () => {
    const response = await call("download");
    const reader = response.body?.getReader();
    const text = async () => Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(await text()).toBe("first");
    await call("release");
    expect(await text()).toBe("second");
    expect((await reader?.read())?.done).toBe(true);
    expect(response.headers.get("x-ms-invocation-id")).toBeNull();
    expect(response.headers.getSetCookie()).toEqual(["a=b"]);
  });

  it("answers 204 when the handler returns nothing and 500 when it fails", async () => {
    expect((await call("nothing")).status).toBe(204);
    const failed = await call("boom");
    expect([failed.status, await failed.text()]).toEqual([500, ""]);
  });

  it("answers 413 when a chunked body grows above the limit", async () => {
    const { port } = new URL(host.url);
    const status = await new Promise((resolve, reject) => {
      const options = { port, method: "POST", path: "/api/upload/big", agent: false };
      const upload = request(options, (response) => {
        resolve(response.statusCode);
        upload.destroy();
      });
      upload.on("error", reject);
      for (let index = 0; index < 40; index += 1) upload.write(Buffer.alloc(100_000));
    });
    expect(status).toBe(413);
  });

  it("answers before the request has been read", async () => {
    const response = await call("early", { method: "POST", body: "x".repeat(1_000_000) });
    expect([response.status, await response.text()]).toEqual([403, "not read"]);
  });

  it("lets go of a function whose client went away", async () => {
    const control = new AbortController();
    const response = await call("download", { signal: control.signal });
    await response.body?.getReader().read();
    control.abort();
    await call("release");
    await until(() => executed(host.output(), "download") === 2, "the download to end");
  });

  it("lets go of a function whose client went away before it had sent its body", async () => {
    const before = executed(host.output(), "early");
    const { hostname, port } = new URL(host.url);
    for (let index = 0; index < 10; index += 1) {
      const client = connect(Number(port), hostname);
      const head = "POST /api/early HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n";
      await new Promise((resolve) => client.write(head, resolve));
      client.destroy();
    }
    await until(() => executed(host.output(), "early") === before + 10, "all ten to end");
  });

  it("calls a function before the first byte of the body has come", async () => {
    const { hostname, port } = new URL(host.url);
    const client = connect(Number(port), hostname);
    client.write("POST /api/early HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n");
    expect(String((await once(client, "data"))[0])).toContain("403 Forbidden");
    client.destroy();
  });

  it("answers HEAD without the body and OPTIONS as any method", async () => {
    const head = await call("methods", { method: "HEAD" });
    expect([head.status, head.headers.get("x-method"), await head.text()]).toEqual([200, "HEAD", ""]);
    const options = await call("methods", { method: "OPTIONS" });
    expect([options.headers.get("x-method"), await options.text()]).toEqual(["OPTIONS", "sometext"]);
    expect((await call("methods", { method: "DELETE" })).status).toBe(404);
  });

  it("answers two thousand requests at once", async () => {
    const answers = Array.from({ length: 2000 }, async () => {
      const response = await call("methods");
      return [response.status, await response.text()];
    });
    expect(new Set((await Promise.all(answers)).map(String))).toEqual(new Set(["200,sometext"]));
  });

  it("uses no connection to the library that has idled for long", async () => {
    for (let round = 0; round < 3; round += 1) {
      const idleSince = performance.now();
      await until(() => performance.now() - idleSince > 1500, "the connection to grow stale");
      expect((await call("methods")).status).toBe(200);
    }
  });

  function executed(output: string, name: string): number {
    return output.split(`Executed 'Functions.${name}'`).length - 1;
  }
});
