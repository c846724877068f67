import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { callHttp } from "../../../../../local/host/durable/dispatch/http-activity.ts";
import { startHostProcess, stopHostProcesses } from "../../support/host-process.ts";
import { orchestrationsOf } from "./support/orchestrations.ts";

interface Seen {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

let server: Server;
let url: string;
let seen: Seen[] = [];
let answer: (request: Seen, response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url: path, headers } = request;
      const one = { method, path, headers, body: Buffer.concat(chunks).toString() };
      seen.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  seen = [];
  answer = (_request, response) => response.writeHead(200, { "x-answer": "yes" }).end("hello");
});
afterAll(async () => {
  await stopHostProcesses();
  server.closeAllConnections();
  server.close();
});

async function call(request: object): Promise<unknown> {
  const outcome = await callHttp(JSON.stringify(request));
  return "Result" in outcome ? JSON.parse(outcome.Result) : outcome;
}

describe("callHttp()", () => {
  it("answers with status, headers and content", async () => {
    expect(await call({ method: "GET", uri: `${url}/a` })).toMatchObject({
      statusCode: 200,
      headers: { "x-answer": "yes" },
      content: "hello",
    });
  });

  it("fails when no response comes in time, as .NET's client says it", async () => {
    answer = () => undefined;
    expect(await callHttp(JSON.stringify({ method: "GET", uri: `${url}/silent` }), 200)).toMatchObject({
      Reason: "The request was canceled due to the configured HttpClient.Timeout of 0.2 seconds elapsing.",
    });
  });

  it("leaves out the headers that .NET keeps with the content, and lists repeated ones", async () => {
    answer = (_request, response) => {
      response.setHeader("content-type", "application/json");
      response.setHeader("set-cookie", ["a=1", "b=2"]);
      response.end("{}");
    };
    const { headers } = (await call({ method: "GET", uri: url })) as { headers: Record<string, unknown> };
    expect(headers["content-type"]).toBeUndefined();
    expect(headers["set-cookie"]).toEqual(["a=1", "b=2"]);
  });

  it("sends headers and content, as plain text when nothing else is said", async () => {
    await call({ method: "POST", uri: url, content: "plain", headers: { "x-mine": "1" } });
    await call({ method: "PUT", uri: url, content: "{}", headers: { "Content-Type": "application/json" } });
    expect(seen).toMatchObject([
      { method: "POST", body: "plain", headers: { "x-mine": "1", "content-type": "text/plain" } },
      { method: "PUT", body: "{}", headers: { "content-type": "application/json" } },
    ]);
  });

  it("takes any status for a result", async () => {
    answer = (_request, response) => response.writeHead(500).end();
    expect(await call({ method: "GET", uri: url })).toMatchObject({ statusCode: 500 });
  });

  it("fails when there is no answer, and says why", async () => {
    expect(await call({ method: "GET", uri: "http://127.0.0.1:1/" })).toMatchObject({
      Reason: expect.stringContaining("fetch failed: "),
      Details: expect.any(String),
    });
  });

  it("refuses a token source: there is no managed identity", async () => {
    const request = { method: "GET", uri: url, tokenSource: { resource: "https://management.core.windows.net" } };
    expect(await call(request)).toMatchObject({ Reason: expect.stringContaining("no managed identity") });
    expect(seen).toHaveLength(0);
  });
});

describe("context.df.callHttp()", () => {
  it("polls the location of a 202 until it answers otherwise", async () => {
    const host = await startHostProcess({ app: "durable" });
    answer = ({ path }, response) => {
      if (path === "/work") response.writeHead(202, { location: `${url}/status`, "retry-after": "0" }).end();
      else if (seen.length < 4) response.writeHead(202, { location: `${url}/status` }).end();
      else response.writeHead(200).end("ready");
    };
    const { output } = await orchestrationsOf(host.url).run("calls", {
      method: "POST",
      url: `${url}/work`,
      body: "go",
    });
    expect(output).toMatchObject({ status: 200, content: "ready" });
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /work",
      "GET /status",
      "GET /status",
      "GET /status",
    ]);
    await host.stop();
  });
});
