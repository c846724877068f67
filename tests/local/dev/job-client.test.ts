import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { followJob, submitJob, type JobView } from "../../../local/dev/job-client.ts";

interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

const abortSignal = new AbortController().signal;
let server: Server | undefined;

/** Answers each request with the next reply; notes the requests. */
async function serve(replies: readonly Reply[]): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  server = createServer((request, response) => {
    const { status, headers = {}, body } = replies[requests.length] ?? { status: 500 };
    requests.push(request);
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

async function collect(states: AsyncIterable<JobView>): Promise<string[]> {
  const statuses = [];
  for await (const { status } of states) statuses.push(status);
  return statuses;
}

const job = (status: string) => ({ job_id: "j", status });

describe("followJob()", () => {
  it("yields each change until the job has ended, asking only for what it does not have", async () => {
    const { url, requests } = await serve([
      { status: 200, headers: { etag: '"1"', "retry-after": "0" }, body: job("accepted") },
      { status: 304, headers: { "retry-after": "0" } },
      { status: 200, headers: { etag: '"2"', "retry-after": "0" }, body: job("running") },
      { status: 200, headers: { etag: '"3"' }, body: job("completed") },
    ]);
    expect(await collect(followJob(url, abortSignal))).toEqual(["accepted", "running", "completed"]);
    expect(requests.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, '"1"', '"1"', '"2"']);
  });

  it("waits as long as Retry-After says", async () => {
    const { url } = await serve([
      { status: 200, headers: { "retry-after": "1" }, body: job("running") },
      { status: 200, body: job("completed") },
    ]);
    const startedAt = performance.now();
    await collect(followJob(url, abortSignal));
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
  });

  it("stops waiting when it is aborted", async () => {
    const { url } = await serve([{ status: 200, headers: { "retry-after": "3600" }, body: job("running") }]);
    const controller = new AbortController();
    const states = followJob(url, controller.signal);
    await states.next();
    const next = states.next();
    controller.abort();
    await expect(next).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("submitJob()", () => {
  it("shows the problem that the API answers with", async () => {
    const body = {
      title: "Validation failed",
      detail: "The payload does not fit",
      code: "VALIDATION_FAILED",
      errors: [{ pointer: "/payload/style", message: "expected bullets or paragraph" }],
    };
    const { url } = await serve([{ status: 422, body }]);
    await expect(submitJob({ api: url, abortSignal }, {})).rejects.toThrow(
      "Cannot submit the job: HTTP 422 VALIDATION_FAILED\n  The payload does not fit\n  /payload/style: expected bullets or paragraph",
    );
  });

  it("shows what came where that was no problem document", async () => {
    const { url } = await serve([{ status: 502, body: "<h1>Bad Gateway</h1>" }]);
    await expect(submitJob({ api: url, abortSignal }, {})).rejects.toThrow("HTTP 502\n  <h1>Bad Gateway</h1>");
  });
});
