import type { ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "@jest/globals";
import { startHostProcess } from "../support/host-process.ts";
import { startHttpServer } from "../support/http-server.ts";
import { startModelServer } from "../support/model-server.ts";
import { takeStorageAccount } from "../support/storage-account.ts";

type View = Readonly<Record<string, unknown>>;

const cleanups: (() => Promise<unknown>)[] = [];
/** Everything that any response has said. */
let said: string[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  // Who has one of the task hub's own addresses can do anything with it.
  expect(said.filter((words) => words.includes("/runtime/webhooks"))).toEqual([]);
  said = [];
});

async function host(app: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const started = await startHostProcess({ AzureWebJobsStorage: takeStorageAccount(), ...environment }, { app });
  cleanups.push(async () => started.stop());
  return started.url;
}

interface Send {
  readonly method?: string;
  readonly by?: string;
  readonly body?: object;
}

async function send(url: string, { method = "POST", by, body }: Send = {}): Promise<{ status: number; json: View }> {
  const answer = await fetch(url, {
    method,
    headers: { ...(body && { "content-type": "application/json" }), ...(by && { "x-ms-client-principal-name": by }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const words = await answer.text();
  said.push(words, JSON.stringify([...answer.headers]));
  return { status: answer.status, json: words.startsWith("{") ? (JSON.parse(words) as View) : {} };
}

async function submit(url: string, by: string, body: object): Promise<string> {
  const { status, json } = await send(`${url}/api/jobs`, { by, body });
  expect(status).toBe(202);
  return `${url}/api/jobs/${String(json["job_id"])}`;
}

async function until(path: string, holds: (job: View) => boolean): Promise<View> {
  for (;;) {
    const { json } = await send(`${path}?wait=1`, { method: "GET" });
    if (holds(json)) return json;
  }
}

const ended = ({ status }: View) => status !== "accepted" && status !== "running";

describe("on the embedded host", () => {
  it("a report is drafted, approved and published (R-259)", async () => {
    const model = await startModelServer();
    cleanups.push(async () => model.stop());
    const url = await host(".", { OPENAI_BASE_URL: `${model.origin}/v1` });
    const payload = { topic: "The mill", sources: ["It was built in 1907."] };
    const path = await submit(url, "alice", { job_type: "report", payload });
    const waiting = await until(path, ({ phase, status }) => phase === "waiting" || status === "failed");
    expect(waiting).toMatchObject({ approval: { step: "sign-off", title: 'Publish the report "The mill"?' } });
    const decision = { decision: "approve", comment: "well done" };
    expect(await send(`${path}/decision`, { by: "alice", body: decision })).toMatchObject({ status: 403 });
    expect(await send(`${path}/decision`, { by: "bob", body: decision })).toMatchObject({ status: 200 });
    expect(await until(path, ended)).toMatchObject({ status: "completed", result: { approved_by: ["bob"] } });
    await send(`${path}/artifacts/report.md`, { method: "GET" });
    expect(said.at(-2)).toBe("# The mill\n\nShort.\n");
  });

  it("a job that waits for people is cancelled", async () => {
    const model = await startModelServer();
    cleanups.push(async () => model.stop());
    const url = await host(".", { OPENAI_BASE_URL: `${model.origin}/v1` });
    const payload = { topic: "The mill", sources: ["It was built in 1907."] };
    const path = await submit(url, "alice", { job_type: "report", payload });
    await until(path, ({ phase }) => phase === "waiting");
    expect((await send(`${path}/cancel`)).json).toMatchObject({ status: "cancelled" });
    const { status } = await send(`${path}/decision`, { by: "bob", body: { decision: "approve" } });
    expect(status).toBe(409);
  });

  it.each(["by its answer", "by calling back", "when it is asked"])(
    "an external worker does a step, and says so %s (R-269)",
    async (how) => {
      const callbacks: Promise<unknown>[] = [];
      const answers: Record<string, (response: ServerResponse, output: object, callback: string) => void> = {
        "by its answer": (response, output) => response.writeHead(200).end(JSON.stringify(output)),
        "by calling back": (response, output, callback) => {
          response.writeHead(202).end();
          callbacks.push(send(callback, { body: output }));
        },
        "when it is asked": (response) => response.writeHead(202, { location: "/shouted" }).end(),
      };
      const worker = await startHttpServer((request, response) => {
        if (request.method === "GET") response.writeHead(200).end('{"text":"HELLO"}');
        else
          void text(request).then((body) => {
            const call = JSON.parse(body) as { request: { text: string }; callback_url: string };
            const callback = new URL(new URL(call.callback_url).pathname, url).href;
            answers[how]?.(response, { text: call.request.text.toUpperCase() }, callback);
          });
      });
      cleanups.push(async () => worker.stop());
      const url = await host("tests/fixtures/apps/caller", {
        EXTERNAL_WORKERS: `shouter=${worker.origin}/shout`,
        EXTERNAL_WORKER_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        CALLBACK_SECRET: "c".repeat(32),
        PUBLIC_ORIGIN: "https://jobs.example.com",
      });
      const path = await submit(url, "alice", { job_type: "caller", payload: { text: "hello" } });
      expect(await until(path, ended)).toMatchObject({ status: "completed", result: { text: "HELLO" } });
      expect(await Promise.all(callbacks)).toEqual(callbacks.map(() => expect.objectContaining({ status: 204 })));
    },
  );
});
