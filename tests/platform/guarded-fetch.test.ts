import type { RequestListener } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "@jest/globals";
import { createGuardedFetch } from "../../src/platform/guarded-fetch.ts";
import type { DownloadOptions, Downloaded, GuardedFetchOptions } from "../../src/platform/guarded-fetch.ts";
import { startHttpServer } from "../support/http-server.ts";
import type { TestServer } from "../support/http-server.ts";

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(async (server) => server.stop()));
});

async function serve(listener: RequestListener): Promise<TestServer> {
  const server = await startHttpServer(listener);
  servers.push(server);
  return server;
}

/** Downloads from a server that is on the allow-list. */
async function downloadFrom(
  server: TestServer,
  options: DownloadOptions & { path?: string; guard?: Partial<GuardedFetchOptions> } = {},
): Promise<Downloaded> {
  const { path = "/file", guard, ...wanted } = options;
  return createGuardedFetch({ allowedOrigins: [server.origin], ...guard })(server.origin + path, wanted);
}

describe("createGuardedFetch()", () => {
  it("downloads bytes, their type and where they were in the end", async () => {
    const server = await serve((_, response) => {
      response.setHeader("content-type", "Application/PDF; charset=binary").end(Buffer.from([0, 255, 10]));
    });
    expect(await downloadFrom(server)).toEqual({
      bytes: Buffer.from([0, 255, 10]),
      contentType: "application/pdf",
      finalUrl: `${server.origin}/file`,
    });
  });

  it("says who it is and carries no credentials or cookies, not even those of the hop before", async () => {
    const server = await serve((request, response) => {
      response.setHeader("set-cookie", "session=1; Path=/");
      if (request.url === "/file") response.writeHead(302, { location: "/other" }).end();
      else response.end("ok");
    });
    await downloadFrom(server);
    expect(server.requests.map(({ method, url }) => [method, url])).toEqual([
      ["GET", "/file"],
      ["GET", "/other"],
    ]);
    for (const { headers } of server.requests) {
      expect(headers).toMatchObject({ "user-agent": "millrace" });
      for (const name of ["cookie", "authorization", "referer"]) expect(headers).not.toHaveProperty(name);
    }
  });

  it("leaves no connection behind", async () => {
    const server = await serve((_, response) => response.setHeader("keep-alive", "timeout=600").end("ok"));
    await downloadFrom(server);
    const socket = server.requests[0]?.socket;
    if (!socket?.destroyed) await new Promise((resolve) => socket?.once("close", resolve));
    expect(socket?.destroyed).toBe(true);
  });
});

describe("the addresses a download may reach", () => {
  const nowhere = createGuardedFetch({
    allowedOrigins: [],
    lookup: async () => {
      throw new Error("asked the resolver");
    },
  });

  it.each([
    "http://127.0.0.1/",
    "http://[::ffff:7f00:1]/",
    "http://localhost/",
    "http://a.internal/",
    "file:///etc/passwd",
  ])("do not include %s, and no resolver is asked", async (url) => {
    await expect(nowhere(url)).rejects.toMatchObject({ code: "URL_FORBIDDEN", kind: "permanent" });
  });

  it.each([
    ["a private address", ["10.0.0.1"]],
    ["the metadata address", ["169.254.169.254"]],
    ["a loopback address in IPv6", ["::1"]],
    ["a public and a private address", ["1.1.1.1", "127.0.0.1"]],
    ["a private address behind a public one in IPv6", ["2606:4700:4700::1111", "fd00::1"]],
    ["a private address behind NAT64", ["64:ff9b::a00:1"]],
    ["no address", []],
  ])("do not include a name that resolves to %s", async (_, addresses) => {
    const lookup = async () => addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    const refused = createGuardedFetch({ allowedOrigins: [], lookup })("https://files.example.com/a.pdf");
    await expect(refused).rejects.toMatchObject({ code: "URL_FORBIDDEN", details: {} });
  });

  it("are checked by the lookup that connects, so that a second answer cannot differ", async () => {
    const asked: string[] = [];
    const lookup = async (hostname: string) => {
      asked.push(hostname);
      return [{ address: asked.length === 1 ? "127.0.0.1" : "1.1.1.1", family: 4 }];
    };
    await expect(createGuardedFetch({ allowedOrigins: [], lookup })("http://example.com/")).rejects.toMatchObject({
      code: "URL_FORBIDDEN",
    });
    expect(asked).toEqual(["example.com"]);
  });

  it.each([
    ["302", (target: string) => target],
    ["307", (target: string) => target.replace("http:", "")],
    ["308", (target: string) => target.replace("127.0.0.1", "localhost")],
  ])("do not include a private one that a %s leads to, and nothing is sent there", async (status, locate) => {
    const inner = await serve((_, response) => response.end("secret"));
    const server = await serve((_, response) => {
      response.writeHead(Number(status), { location: locate(inner.origin) }).end();
    });
    await expect(downloadFrom(server)).rejects.toMatchObject({ code: "URL_FORBIDDEN", details: {} });
    expect(inner.connections()).toBe(0);
  });

  it.each(["file:///etc/passwd", "http://user:pw@example.com/", "http://", "//169.254.169.254/", "http://[::1]/"])(
    "do not include a redirect to %s",
    async (location) => {
      const server = await serve((_, response) => response.writeHead(302, { location }).end());
      await expect(downloadFrom(server)).rejects.toMatchObject({ code: "URL_FORBIDDEN" });
    },
  );

  it("do not include a name that a redirect leads to and that resolves to a private address", async () => {
    const server = await serve((_, response) => response.writeHead(302, { location: "https://rebind.example/" }).end());
    const guard = { lookup: async () => [{ address: "192.168.0.1", family: 4 }] };
    await expect(downloadFrom(server, { guard })).rejects.toMatchObject({ code: "URL_FORBIDDEN" });
  });
});

describe("redirects of a download", () => {
  const chain = async (): Promise<TestServer> =>
    serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end("there");
      else response.writeHead(301, { location: `${left - 1}` }).end("moved");
    });

  it("are followed three times", async () => {
    const server = await chain();
    const { bytes, finalUrl } = await downloadFrom(server, { path: "/3" });
    expect([bytes.toString(), finalUrl]).toEqual(["there", `${server.origin}/0`]);
  });

  it("are refused the fourth time", async () => {
    const server = await chain();
    await expect(downloadFrom(server, { path: "/4" })).rejects.toMatchObject({
      code: "DOWNLOAD_REFUSED",
      details: { maxRedirects: 3 },
    });
    expect(server.requests).toHaveLength(4);
  });

  it("are refused when they lead nowhere", async () => {
    const server = await serve((_, response) => response.writeHead(302).end());
    await expect(downloadFrom(server)).rejects.toMatchObject({ code: "DOWNLOAD_REFUSED", details: { status: 302 } });
  });
});

describe("the size of a download", () => {
  const body = Buffer.alloc(1_000, "x");

  it("may be just the cap", async () => {
    const server = await serve((_, response) => response.end(body));
    expect((await downloadFrom(server, { maxBytes: 1_000 })).bytes).toEqual(body);
  });

  it("is refused by its Content-Length before it is read", async () => {
    const server = await serve((_, response) => response.writeHead(200, { "content-length": 1e12 }).write("x"));
    await expect(downloadFrom(server)).rejects.toMatchObject({ code: "DOWNLOAD_TOO_LARGE", kind: "permanent" });
  });

  it("is refused while it streams when no header tells", async () => {
    const server = await serve((_, response) => {
      const more = (): void => {
        while (response.write(body));
      };
      response.on("drain", more);
      more();
    });
    await expect(downloadFrom(server, { maxBytes: 100_000 })).rejects.toMatchObject({
      code: "DOWNLOAD_TOO_LARGE",
      details: { maxBytes: 100_000 },
    });
  });

  it("counts what comes out of compression", async () => {
    const packed = gzipSync(Buffer.alloc(50_000_000));
    const server = await serve((_, response) => response.setHeader("content-encoding", "gzip").end(packed));
    expect(packed.length).toBeLessThan(100_000);
    await expect(downloadFrom(server, { maxBytes: 1_000_000 })).rejects.toMatchObject({ code: "DOWNLOAD_TOO_LARGE" });
  });

  it("is capped for all downloads when one does not say otherwise", async () => {
    const server = await serve((_, response) => response.end(body));
    await expect(downloadFrom(server, { guard: { maxBytes: 999 } })).rejects.toMatchObject({
      code: "DOWNLOAD_TOO_LARGE",
    });
    expect((await downloadFrom(server, { guard: { maxBytes: 999 }, maxBytes: 1_000 })).bytes).toHaveLength(1_000);
  });
});

describe("the type of a download", () => {
  const picture = async (): Promise<TestServer> =>
    serve((_, response) => response.setHeader("content-type", "image/png").end("x"));

  it.each([[["image/"]], [["application/pdf", "image/png"]], [undefined]])("fits %j", async (accept) => {
    const options = accept ? { accept } : {};
    expect((await downloadFrom(await picture(), options)).contentType).toBe("image/png");
  });

  it.each([[["application/pdf"]], [["image/p"]], [[]]])("does not fit %j", async (accept) => {
    await expect(downloadFrom(await picture(), { accept })).rejects.toMatchObject({
      code: "DOWNLOAD_TYPE_MISMATCH",
      kind: "permanent",
      details: { contentType: "image/png", accept },
    });
  });

  it("does not fit when the server does not say and something is wanted", async () => {
    const server = await serve((_, response) => response.end("x"));
    await expect(downloadFrom(server, { accept: ["image/"] })).rejects.toMatchObject({
      code: "DOWNLOAD_TYPE_MISMATCH",
    });
    expect((await downloadFrom(server)).contentType).toBe("");
  });
});

describe("a download that fails", () => {
  it.each([400, 401, 403, 404, 410, 304])("is refused for good when the server answers %d", async (status) => {
    const server = await serve((_, response) => response.writeHead(status).end("a page about it"));
    await expect(downloadFrom(server)).rejects.toMatchObject({
      code: "DOWNLOAD_REFUSED",
      kind: "permanent",
      details: { status },
    });
  });

  it.each([408, 429, 500, 502, 503])("may be tried again when the server answers %d", async (status) => {
    const server = await serve((_, response) => response.writeHead(status, { "retry-after": "7" }).end());
    await expect(downloadFrom(server)).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
      kind: "transient",
      details: { status },
      retryAfterMs: 7_000,
    });
  });

  it("may be tried again when the name cannot be resolved", async () => {
    const lookup = async (): Promise<never> => {
      throw Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });
    };
    await expect(createGuardedFetch({ allowedOrigins: [], lookup })("http://example.com/")).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
      details: { reason: "ENOTFOUND" },
    });
  });

  it("may be tried again when nobody listens", async () => {
    const server = await startHttpServer(() => undefined);
    await server.stop();
    await expect(downloadFrom(server)).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
      details: { reason: "ECONNREFUSED" },
    });
  });

  it("may be tried again when the connection breaks before the answer", async () => {
    const server = await serve((request) => request.socket.destroy());
    await expect(downloadFrom(server)).rejects.toMatchObject({ code: "DOWNLOAD_FAILED", kind: "transient" });
  });

  it("may be tried again when the connection breaks within the content", async () => {
    const server = await serve((request, response) => {
      response.writeHead(200, { "content-length": 100 }).write("some", () => request.socket.destroy());
    });
    await expect(downloadFrom(server)).rejects.toMatchObject({ code: "DOWNLOAD_FAILED", kind: "transient" });
  });

  it("may be tried again when the answer is not HTTP", async () => {
    const server = createServer((socket) => socket.resume().end("SSH-2.0-OpenSSH_9.6\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(createGuardedFetch({ allowedOrigins: [origin] })(origin)).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
    });
    await new Promise((resolve) => server.close(resolve));
  });

  it.each<[string, RequestListener]>([
    ["the answer", () => undefined],
    ["the rest of the content", (_, response) => response.write("some")],
  ])("may be tried again when %s does not come in time", async (_, listener) => {
    const server = await serve(listener);
    await expect(downloadFrom(server, { guard: { timeoutMs: 200 } })).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
      kind: "transient",
      details: { timeoutMs: 200 },
    });
  });

  it("is over when the resolver does not answer in time", async () => {
    const lookup = async (): Promise<never> => new Promise(() => undefined);
    const download = createGuardedFetch({ allowedOrigins: [], lookup, timeoutMs: 100 });
    await expect(download("http://example.com/")).rejects.toMatchObject({ details: { timeoutMs: 100 } });
  });
});

describe("a download that is aborted", () => {
  it.each<[string, RequestListener]>([
    ["before the answer", () => undefined],
    ["within the content", (_, response) => response.write("some")],
  ])("%s ends with the caller's reason", async (_, listener) => {
    const abort = new AbortController();
    const reason = new Error("no longer wanted");
    const server = await serve((request, response) => {
      listener(request, response);
      setImmediate(() => {
        abort.abort(reason);
      });
    });
    await expect(downloadFrom(server, { abortSignal: abort.signal })).rejects.toBe(reason);
  });

  it("before it starts sends nothing", async () => {
    const server = await serve((_, response) => response.end());
    await expect(downloadFrom(server, { abortSignal: AbortSignal.abort("never") })).rejects.toBe("never");
    expect(server.connections()).toBe(0);
  });
});
