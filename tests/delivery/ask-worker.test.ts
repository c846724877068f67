import type { RequestListener } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "@jest/globals";
import { askWorker, callWorker } from "../../src/delivery/ask-worker.ts";
import type { WorkerAnswer, WorkerCall } from "../../src/delivery/ask-worker.ts";
import { startHttpServer } from "../support/http-server.ts";
import type { TestServer } from "../support/http-server.ts";

const HEADERS = { "webhook-id": "w", "webhook-timestamp": "1", "webhook-signature": "v1,s" };

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(async (server) => server.stop()));
});

async function serve(listener: RequestListener): Promise<TestServer> {
  const server = await startHttpServer(listener);
  servers.push(server);
  return server;
}

async function call(listener: RequestListener, fields: Partial<WorkerCall> = {}): Promise<WorkerAnswer> {
  const { origin } = await serve(listener);
  return callWorker({
    worker: "ocr",
    url: `${origin}/jobs`,
    headers: HEADERS,
    body: '{"a":1}',
    maxBytes: 1000,
    abortSignal: new AbortController().signal,
    ...fields,
  });
}

const answering =
  (status: number, headers: Record<string, string> = {}, body = ""): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(body);

describe("callWorker()", () => {
  it("posts the body with its signature, and gives the answer back", async () => {
    let sent: unknown;
    const answer = await call((request, response) => {
      void text(request).then((body) => {
        sent = { method: request.method, url: request.url, body, ...request.headers };
        response.writeHead(200).end('{"total":3}');
      });
    });
    expect(answer).toEqual({ outcome: "answered", output: { total: 3 } });
    expect(sent).toMatchObject({ method: "POST", url: "/jobs", body: '{"a":1}', "content-type": "application/json" });
    expect(sent).toMatchObject(HEADERS);
  });

  it("hears from a 202 that the worker is at it, and where to ask", async () => {
    expect(await call(answering(202))).toEqual({ outcome: "atWork" });
    const answer = await call(answering(202, { location: "/jobs/7?a=b", "retry-after": "5" }));
    expect(answer).toMatchObject({ askAt: `${servers[1]?.origin ?? ""}/jobs/7?a=b`, retryAfterMs: 5000 });
  });

  it.each(["http://127.0.0.1:1/jobs/7", "//evil.example/x", "file:///etc/passwd", "http://", `/${"x".repeat(2048)}`])(
    "asks nowhere but at the origin that it called: not %s",
    async (location) => {
      await expect(call(answering(202, { location }))).rejects.toMatchObject({ code: "EXTERNAL_ANSWER_INVALID" });
    },
  );

  it("follows no redirect", async () => {
    const other = await serve(answering(200, {}, "{}"));
    await expect(call(answering(307, { location: other.origin }))).rejects.toMatchObject({
      code: "EXTERNAL_WORKER_REFUSED",
      details: { status: 307 },
    });
    expect(other.requests).toEqual([]);
  });

  it.each([500, 503, 408, 429])("takes a %i for something that may pass", async (status) => {
    await expect(call(answering(status, { "retry-after": "7" }))).rejects.toMatchObject({
      code: "EXTERNAL_WORKER_UNAVAILABLE",
      retryAfterMs: 7000,
    });
  });

  it.each([400, 401, 404, 410, 422])("takes a %i for the worker's last word", async (status) => {
    await expect(call(answering(status))).rejects.toMatchObject({ code: "EXTERNAL_WORKER_REFUSED" });
  });

  it.each([
    ["that is no JSON", answering(200, {}, "<html>")],
    ["that is empty", answering(200)],
    ["that is larger than it says", answering(200, {}, JSON.stringify("x".repeat(1000)))],
    ["that says that it is too large", answering(200, { "content-length": "100000" }, "x")],
  ])("refuses an answer %s", async (_, listener) => {
    await expect(call(listener)).rejects.toMatchObject({ code: "EXTERNAL_ANSWER_INVALID" });
  });

  it("tries again later when the worker is not there, or hangs up in the middle", async () => {
    const gone = await startHttpServer(answering(200));
    await gone.stop();
    const unreachable = { code: "EXTERNAL_WORKER_UNAVAILABLE" };
    await expect(call(answering(200), { url: gone.origin })).rejects.toMatchObject(unreachable);
    await expect(call((_, response) => void response.destroy())).rejects.toMatchObject(unreachable);
  });

  it("is broken off when it must be", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const calling = call(
      () => {
        controller.abort(reason);
      },
      { abortSignal: controller.signal },
    );
    await expect(calling).rejects.toBe(reason);
  });
});

describe("askWorker()", () => {
  it("asks where it was told to, and hears that it is done, or not yet", async () => {
    let looks = 0;
    const { origin, requests } = await serve((_, response) => {
      looks++;
      response.writeHead(looks === 1 ? 202 : 200).end('"done"');
    });
    const ask = async () =>
      askWorker({
        worker: "ocr",
        url: `${origin}/jobs`,
        askAt: `${origin}/jobs/7`,
        headers: HEADERS,
        maxBytes: 1000,
        abortSignal: new AbortController().signal,
      });
    expect(await ask()).toEqual({ outcome: "atWork" });
    expect(await ask()).toEqual({ outcome: "answered", output: "done" });
    expect(requests.map(({ method, url }) => `${method ?? ""} ${url ?? ""}`)).toEqual(["GET /jobs/7", "GET /jobs/7"]);
  });

  it("asks where the worker is now, though it was somewhere else when it said where to ask", async () => {
    const { origin } = await serve(({ url = "" }, response) => response.writeHead(200).end(JSON.stringify(url)));
    const { signal: abortSignal } = new AbortController();
    const askAt = "http://127.0.0.1:1/jobs/7?x=1";
    const question = { worker: "ocr", url: `${origin}/moved`, askAt, headers: HEADERS, maxBytes: 1000, abortSignal };
    expect(await askWorker(question)).toEqual({ outcome: "answered", output: "/jobs/7?x=1" });
  });
});
