import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startHostProcess, stopHostProcesses } from "../../support/host-process.ts";
import type { HostProcess } from "../../support/host-process.ts";

describe("HTTP triggers", () => {
  let host: HostProcess;
  const get = (path: string, init?: RequestInit) => fetch(`${host.url}${path}`, init);

  beforeAll(async () => {
    host = await startHostProcess({
      app: "esm",
      env: { "AzureWebJobs.switchedOff.Disabled": "true", FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: "5000000" },
    });
  });
  afterAll(stopHostProcesses);

  it("gives the function parameters, query, headers and local settings, and answers status, headers and body", async () => {
    const response = await get("/api/hello/Bob%20%C3%A9?x=1&x=2", { headers: { "X-A": "1" } });
    expect(response.status).toBe(201);
    expect(response.headers.get("x-b")).toBe("c");
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toMatchObject({
      name: "Bob é",
      repeated: ["1,2"],
      header: "1",
      setting: "hello from local.settings.json",
    });
  });

  it("leaves an optional parameter out when the path does not have it, whatever the case of the path", async () => {
    expect(await (await get("/API/Hello/?name=query")).json()).toMatchObject({ name: "query" });
  });

  it("continues the trace of the caller", async () => {
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const headers = { traceparent: `00-${trace}-b7ad6b7169203331-01` };
    const { traceParent } = (await (await get("/api/hello", { headers })).json()) as { traceParent: string };
    expect(traceParent).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
    expect(traceParent).not.toContain("b7ad6b7169203331");
  });

  it("writes cookies with their attributes", async () => {
    expect((await get("/api/hello")).headers.getSetCookie()).toEqual([
      "plain=b%20c; path=/",
      "full=v; max-age=5; domain=example.org; path=/p; secure; samesite=strict; httponly",
      "none=v; path=/; samesite=none",
    ]);
  });

  it("carries binary bodies unchanged in both directions", async () => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256));
    const response = await get("/api/echo", { method: "POST", body: bytes });
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    expect(response.headers.get("content-length")).toBe("100000");
  });

  it("gives the function an empty body when a request is chunked", async () => {
    const response = await send({ method: "POST", path: "/api/echo" }, "no length announced");
    expect(response.headers["x-length"]).toBe("0");
  });

  it("answers 400 to a Host header that is none, without calling the function", async () => {
    const refused = await send({ method: "GET", path: "/api/hello/badHost", headers: { host: "bad host[" } });
    expect(refused.statusCode).toBe(400);
    const empty = await send({ method: "GET", path: "/api/hello/noHost", headers: { host: "" } });
    expect(empty.statusCode).toBe(201);
  });

  it("answers 413 to a body above the limit without waiting for it", async () => {
    const headers = { "content-length": "5000001" };
    const response = await send({ method: "POST", path: "/api/echo", headers });
    expect(response.statusCode).toBe(413);
    expect(host.output()).not.toMatch(/Executing 'Functions\.echo'.*\n.*413/);
  });

  it("answers 204 when the handler returns nothing, and 500 with an empty body when it fails", async () => {
    expect((await get("/api/nothing")).status).toBe(204);
    for (const path of ["/api/boom", "/api/notAnObject", "/api/badStatus"]) {
      const response = await get(path);
      expect([response.status, await response.text()]).toEqual([500, ""]);
    }
    await host.printed(/Executed 'Functions\.boom' \(Failed, Id=.*, Duration=\d+ms\)\nError: boom says no/);
  });

  it("answers 404 to a wrong method, an unknown path, a failed constraint, a refused and a disabled function", async () => {
    const statuses = await Promise.all([
      get("/api/echo", { method: "DELETE" }),
      get("/api/unknown"),
      get("/api/items/abc"),
      get("/api/administer"),
      get("/api/switchedOff"),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    expect(await (await get("/api/items/42")).json()).toEqual({ constrained: "42" });
  });

  it("tries routes in the alphabetical order of function names", async () => {
    expect(await (await get("/api/overlap/literal")).text()).toBe("A");
  });

  it("fills defaults and catch-alls", async () => {
    expect(await (await get("/api/files")).json()).toEqual({ folder: "root" });
    expect(await (await get("/api/files/a/b/c%2Fd")).json()).toEqual({ folder: "a", rest: "b/c%2Fd" });
  });

  it("answers HEAD with the length of the body and without it", async () => {
    const response = await get("/api/head", { method: "HEAD" });
    expect([response.status, response.headers.get("content-length"), await response.text()]).toEqual([200, "12", ""]);
    expect(await (await get("/api/head")).text()).toBe("twelve bytes");
  });

  it("shows the home page at the root when no function claims it", async () => {
    expect(await (await get("/")).json()).toMatchObject({ functions: expect.any(Array) });
  });

  it("reports a function that exceeds functionTimeout as failed", async () => {
    expect((await get("/api/slow/3500")).status).toBe(500);
    await host.printed(/Timeout value of 3 s \(functionTimeout\) exceeded by function: Functions\.slow/);
    await host.printed(/exceeded by function: Functions\.slow[^]*slow has ended/); // nothing can stop the handler
  });

  it("shows only the levels that host.json asks for", async () => {
    await get("/api/quiet");
    await host.printed(/\[Error\] \[Function\.quiet\.User\] this is shown/);
    expect(host.output()).not.toContain("this is not shown");
  });

  it("refuses reserved and taken routes and unknown triggers, names the reason, and serves the others", async () => {
    expect(host.output()).toContain(
      "The 'adminPanel' function is in error: The specified route conflicts with one or more built in routes.",
    );
    expect(host.output()).toContain("conflicts with the route defined by function 'echo'.");
    expect(host.output()).toContain("The trigger type 'cosmosDBTrigger' is not supported");
    expect(host.functions).toEqual(expect.arrayContaining(["hello", "echo"]));
    expect(host.functions).not.toEqual(expect.arrayContaining(["adminPanel"]));
  });

  it("prints the list that scripts wait for", async () => {
    await host.printed(/Functions:\n\n[^]*\thello: \[GET,POST\] http:\/\/localhost:\d+\/api\/hello\/\{name\?\}\n/);
  });

  it("answers all who connect while it is busy", async () => {
    host.child.kill("SIGSTOP");
    const burst = process.platform === "linux" ? 1500 : 100; // other systems keep fewer waiting, whatever a server asks for
    const connected = Array.from({ length: burst }, (_, index) =>
      send({ method: "HEAD", path: `/api/head?n=${index}`, headers: {} }),
    );
    const last = aConnection();
    await once(last, "connect").finally(() => host.child.kill("SIGCONT"));
    last.destroy();
    expect((await Promise.all(connected)).every(({ statusCode }) => statusCode === 200)).toBe(true);
  });

  it("serves many requests at once", async () => {
    const paths = Array.from({ length: 2000 }, (_, index) => `/api/hello/n${index}`);
    const answers = await Promise.all(paths.map(async (path) => (await get(path)).json() as Promise<{ name: string }>));
    expect(answers.map(({ name }) => name)).toEqual(paths.map((_, index) => `n${index}`));
  });

  /** The system answers for a host that does not run, and in the order of asking. */
  function aConnection(): Socket {
    const { hostname, port } = new URL(host.url);
    return connect(Number(port), hostname);
  }

  function send(options: object, body?: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(host.url);
      const call = request({ hostname, port, agent: false, ...options }, (response) => {
        response.resume();
        resolve(response);
        call.destroy();
      });
      call.on("error", reject);
      if (body !== undefined) call.write(body);
      if ("headers" in options && "content-length" in (options.headers as object)) call.flushHeaders();
      else call.end();
    });
  }
});
