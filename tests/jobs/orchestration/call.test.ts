import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { signWebhook } from "../../../src/delivery/sign.ts";
import { answerCall } from "../../../src/jobs/answer-call.ts";
import { superviseJobs } from "../../../src/jobs/supervision/supervise.ts";
import { defineProfile } from "../../../src/profiles/define-profile.ts";
import type { Profile } from "../../../src/profiles/define-profile.ts";
import { startHttpServer } from "../../support/http-server.ts";
import type { TestServer } from "../../support/http-server.ts";
import { createLedApp } from "../../support/led-app.ts";
import type { LedApp } from "../../support/led-app.ts";
import { collectLog } from "../../support/sinks.ts";
import type { TestResponse } from "../../support/test-app.ts";

const HOUR = 3600;
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const billed: Profile = defineProfile({
  id: "echo",
  version: 1,
  title: "Billed",
  description: "Has somebody else read an invoice",
  durationClass: "hours",
  capability: "documents",
  modes: ["async"],
  maxAttempts: 3,
  payload: z.strictObject({ text: z.string() }),
  result: z.object({ total: z.number() }),
  examples: [{ name: "hello", payload: { text: "hello" } }],
  steps: (start) =>
    start
      .call("read", {
        worker: "reader",
        request: ({ payload }) => ({ invoice: payload.text }),
        answer: z.strictObject({ total: z.number() }),
        deadlineMs: 2 * HOUR * 1000,
        pollEveryMs: 60_000,
      })
      .step("tell", { timeoutMs: 10_000 }, async ({ outputs }) => outputs.read),
});

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

interface Scene extends LedApp {
  readonly path: string;
  /** What the worker was asked, in order. */
  readonly asked: readonly Asked[];
  readonly job: () => Promise<Record<string, unknown>>;
  /** What the worker's first call said. */
  readonly told: () => Record<string, unknown>;
  readonly callBack: (body: unknown, path?: string) => Promise<TestResponse>;
}

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(async (server) => server.stop()));
});

type Answer = (response: ServerResponse, asked: Asked, number: number) => void;

/** A job that calls a worker, which answers as the test says. */
async function calling(answer: Answer): Promise<Scene> {
  const asked: Asked[] = [];
  const server = await startHttpServer((request, response) => {
    void text(request).then((body) => {
      const { method = "", url = "", headers } = request;
      asked.push({ method, url, headers, body });
      answer(response, { method, url, headers, body }, asked.length);
    });
  });
  servers.push(server);
  const app = await createLedApp(billed, {
    EXTERNAL_WORKERS: `reader=${server.origin}/read`,
    EXTERNAL_WORKER_SECRET: SECRET,
    CALLBACK_SECRET: "c".repeat(32),
    PUBLIC_ORIGIN: "https://jobs.example.com",
  });
  const path = await app.submit();
  const told = () => JSON.parse(asked[0]?.body ?? "{}") as Record<string, unknown>;
  return {
    ...app,
    path,
    asked,
    told,
    job: async () => app.view(path),
    callBack: async (body, to) => app.send("POST", to ?? new URL(String(told()["callback_url"])).pathname, { body }),
  };
}

const accepting: Answer = (response) => response.writeHead(202).end();
const busy: Answer = (response) => response.writeHead(503).end();

const completed = { status: "completed", result: { total: 3 } };

describe("a step that calls an external worker", () => {
  it("tells it what to do, where to answer and until when, signed, and takes its answer (R-269)", async () => {
    const scene = await calling((response) => response.writeHead(200).end('{"total":3}'));
    expect(await scene.job()).toMatchObject(completed);
    const [call] = scene.asked;
    const operation_id = String((await scene.job())["operation_id"]);
    expect(scene.told()).toEqual({
      workspace_id: "default",
      job_id: scene.path.split("/").at(-1),
      operation_id,
      step: "read",
      request: { invoice: "hi" },
      callback_url: expect.stringMatching(/^https:\/\/jobs\.example\.com\/api\/callbacks\/[\w.-]+$/),
      failure_url: `${String(scene.told()["callback_url"])}/failure`,
      deadline: "2026-03-01T02:00:00.000Z",
    });
    const seconds = Number(call?.headers["webhook-timestamp"]);
    const signed = { id: `${operation_id}.read`, body: call?.body ?? "", at: new Date(seconds * 1000) };
    expect(call?.headers).toMatchObject(signWebhook(SECRET, signed));
  });

  it("waits for the callback of a worker that takes its time, and believes the first", async () => {
    const scene = await calling(accepting);
    expect(await scene.job()).toMatchObject({ phase: "waiting", wait_reason: { code: "WAITING_FOR_EVENT" } });
    await scene.pass(HOUR);
    expect((await scene.callBack({ total: 3 })).status).toBe(204);
    expect(await scene.job()).toMatchObject(completed);
    expect((await scene.callBack({ total: 4 })).status).toBe(204);
    expect(await scene.job()).toMatchObject(completed);
    expect(scene.asked).toHaveLength(1);
  });

  it("hears of two callbacks at one time once, though its event is lost as well", async () => {
    const scene = await calling(accepting);
    scene.durable.treatEvents("lose");
    const answers = await Promise.all([scene.callBack({ total: 3 }), scene.callBack({ total: 3 })]);
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    expect(await scene.job()).toMatchObject({ phase: "waiting" });
    await scene.pass(400);
    await scene.sweep(); // Tells it, but that is lost as well.
    scene.durable.treatEvents("deliver");
    await scene.pass(400);
    await scene.sweep();
    expect(await scene.job()).toMatchObject(completed);
  });

  it("takes a callback that comes before the worker's own answer does", async () => {
    const scenes: Scene[] = [];
    const scene = await calling((response, { body }, number) => {
      if (number === 1) {
        response.writeHead(503).end();
        return;
      }
      const { callback_url: url } = JSON.parse(body) as { callback_url: string };
      const answered = scenes[0]?.request("POST", new URL(url).pathname, { body: { total: 3 } });
      void answered?.then(() => response.writeHead(202).end());
    });
    scenes.push(scene);
    await scene.pass(10);
    expect(await scene.job()).toMatchObject(completed);
  });

  it("fails with what the worker says when it says that it failed", async () => {
    const scene = await calling(accepting);
    const { pathname } = new URL(String(scene.told()["failure_url"]));
    expect((await scene.callBack({ message: "The page is blank" }, pathname)).status).toBe(204);
    expect(await scene.job()).toMatchObject({
      status: "failed",
      error: { code: "EXTERNAL_WORKER_FAILED", message: "The page is blank" },
    });
    expect((await scene.callBack({ total: 3 })).json).toMatchObject({ code: "JOB_NOT_WAITING", status: 409 });
  });

  it("asks where the worker said, until it is done", async () => {
    const scene = await calling((response, { method }, number) => {
      if (method === "POST") response.writeHead(202, { location: "/read/7" }).end();
      else if (number < 4) response.writeHead(202).end();
      else response.writeHead(200).end('{"total":3}');
    });
    expect(await scene.job()).toMatchObject({ phase: "waiting" });
    await scene.pass(200);
    expect(await scene.job()).toMatchObject(completed);
    expect(scene.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      ...["POST /read", "GET /read/7", "GET /read/7", "GET /read/7"],
    ]);
  });

  it("calls again a worker that was down, as one and the same call", async () => {
    const scene = await calling((response, asked, number) => {
      if (number < 3) busy(response, asked, number);
      else response.writeHead(200).end('{"total":3}');
    });
    await scene.pass(60);
    expect(await scene.job()).toMatchObject(completed);
    expect(new Set(scene.asked.map(({ headers, body }) => `${String(headers["webhook-id"])} ${body}`)).size).toBe(1);
  });

  it("hears a callback of a worker that it had to call again", async () => {
    const scene = await calling((response, asked, number) => {
      (number === 1 ? busy : accepting)(response, asked, number);
    });
    await scene.pass(60);
    expect(scene.asked).toHaveLength(2);
    await scene.callBack({ total: 3 });
    expect(await scene.job()).toMatchObject(completed);
  });

  it("gives up a worker that stays down", async () => {
    const scene = await calling(busy);
    await scene.pass(HOUR);
    expect(scene.asked).toHaveLength(3);
    expect(await scene.job()).toMatchObject({ status: "failed", error: { code: "EXTERNAL_WORKER_UNAVAILABLE" } });
  });

  it("asks on when a worker that has the work is away for a while", async () => {
    const scene = await calling((response, { method }, number) => {
      if (method === "POST") response.writeHead(202, { location: "/read/7" }).end();
      else if (number < 12) response.writeHead(502).end();
      else response.writeHead(200).end('{"total":3}');
    });
    await scene.pass(HOUR);
    expect(await scene.job()).toMatchObject(completed);
  });

  it("fails when nothing comes before the deadline", async () => {
    const scene = await calling(accepting);
    await scene.pass(2 * HOUR);
    expect(await scene.job()).toMatchObject({ status: "failed", error: { code: "DEADLINE_PASSED" } });
    expect((await scene.callBack({ total: 3 })).status).toBe(409);
  });

  it("fails when the answer does not fit", async () => {
    const scene = await calling((response) => response.writeHead(200).end('{"total":"much"}'));
    expect(await scene.job()).toMatchObject({
      status: "failed",
      error: { code: "EXTERNAL_ANSWER_INVALID", message: expect.stringContaining("/total ") },
    });
  });

  it("refuses a callback that does not fit, with what is wrong in it, and waits for another", async () => {
    const scene = await calling(accepting);
    const { status, json } = await scene.callBack({ total: "much", more: 1 });
    expect([status, json]).toMatchObject([
      422,
      { code: "VALIDATION_FAILED", errors: [{ pointer: "/total" }, { pointer: "/more", message: "does not exist" }] },
    ]);
    expect(await scene.job()).toMatchObject({ phase: "waiting" });
    expect((await scene.callBack({ total: 3 })).status).toBe(204);
    expect(await scene.job()).toMatchObject(completed);
  });

  it("looks at a large answer that only the step could look at, though it stands in a blob", async () => {
    const scene = await calling(accepting);
    const { pathname } = new URL(String(scene.told()["callback_url"]));
    const target = scene.app.externalWorkers.targetOf(pathname.split("/").at(-1) ?? "");
    if (!target) throw new Error("It is no token");
    const unknowing = { ...scene.app, profiles: { ...scene.app.profiles, knows: () => false } };
    await answerCall(unknowing, target, { output: { total: 3, more: "x".repeat(20_000) } });
    await scene.pass(2 * HOUR);
    expect(await scene.job()).toMatchObject({ status: "failed", error: { code: "EXTERNAL_ANSWER_INVALID" } });
  });

  it("hears a callback at once, however late it is to call again or to ask", async () => {
    const retryAfter = { "retry-after": "5400" };
    const refusing: Answer = (response) => response.writeHead(503, retryAfter).end();
    const toAsk: Answer = (response) => response.writeHead(202, { location: "/read/7", ...retryAfter }).end();
    for (const answer of [refusing, toAsk]) {
      const scene = await calling(answer);
      await scene.pass(5);
      expect((await scene.callBack({ total: 3 })).status).toBe(204);
      expect(await scene.job()).toMatchObject(completed);
      expect(scene.asked).toHaveLength(1);
      expect(scene.durable.instances().filter(({ status }) => status === "Running")).toEqual([]);
    }
  });

  it("calls again no later than the deadline, whatever the worker says", async () => {
    const scene = await calling((response) => response.writeHead(503, { "retry-after": "86400" }).end());
    await scene.pass(2 * HOUR);
    expect(await scene.job()).toMatchObject({ status: "failed", error: { code: "DEADLINE_PASSED" } });
  });

  it("asks as often as it must with histories that do not grow, and hears a callback all the same", async () => {
    const scene = await calling((response, { method }) => {
      response.writeHead(202, method === "POST" ? { location: "/read/7" } : {}).end();
    });
    await scene.pass(115 * 60);
    expect(scene.asked).toHaveLength(116);
    await scene.callBack({ total: 3 });
    expect(await scene.job()).toMatchObject(completed);
    expect(scene.durable.longestHistory()).toBeLessThan(1000);
    expect(scene.durable.instances()).toMatchObject([{ execution: 2, status: "Completed" }]);
  });

  it("is told again when the worker says it again, should the first time have been lost", async () => {
    const scene = await calling(accepting);
    scene.durable.treatEvents("lose");
    await scene.callBack({ total: 3 });
    expect(await scene.job()).toMatchObject({ phase: "waiting" });
    scene.durable.treatEvents("deliver");
    expect((await scene.callBack({ total: 3 })).status).toBe(204);
    expect(await scene.job()).toMatchObject(completed);
  });

  it("calls no second time when its orchestration is lost while the worker is at it", async () => {
    const scene = await calling(accepting);
    scene.durable.loseInstances();
    await scene.pass(400);
    await scene.sweep();
    expect(await scene.job()).toMatchObject({ phase: "waiting", attempt: 2 });
    await scene.callBack({ total: 3 });
    expect(await scene.job()).toMatchObject(completed);
    expect(scene.asked).toHaveLength(1);
  });

  it("takes the answer that comes while no orchestration is there", async () => {
    const scene = await calling(accepting);
    scene.durable.loseInstances();
    await scene.pass(400);
    await superviseJobs(scene.app, collectLog().sink);
    expect(await scene.job()).toMatchObject({ phase: "queued" });
    const { pathname } = new URL(String(scene.told()["callback_url"]));
    for (const total of [3, 4]) expect((await scene.request("POST", pathname, { body: { total } })).status).toBe(204);
    await scene.pass(1);
    expect(await scene.job()).toMatchObject(completed);
    expect(scene.asked).toHaveLength(1);
  });
});

describe("POST /api/callbacks/{token}", () => {
  it("knows no token that was not made for it, nor one of another operation", async () => {
    const scene = await calling(accepting);
    const { pathname } = new URL(String(scene.told()["callback_url"]));
    const forged = pathname.replace(".read.", ".tell.");
    for (const path of [forged, "/api/callbacks/x", `${pathname}x`])
      expect((await scene.callBack({ total: 3 }, path)).json).toMatchObject({ code: "NOT_FOUND", status: 404 });
    await scene.send("POST", `${scene.path}/cancel`);
    expect((await scene.callBack({ total: 3 })).json).toMatchObject({ code: "JOB_NOT_WAITING" });
    await scene.send("POST", `${scene.path}/regenerate`);
    expect((await scene.callBack({ total: 3 })).json).toMatchObject({ code: "OPERATION_SUPERSEDED" });
    expect(await scene.job()).toMatchObject({ phase: "waiting" });
  });

  it.each(["[]", "1", "{", "x".repeat(2_000_000)])("refuses a body that is no object, or too large", async (body) => {
    const scene = await calling(accepting);
    const { pathname } = new URL(String(scene.told()["callback_url"]));
    const headers = { "content-type": "application/json" };
    const { status } = await scene.send("POST", pathname, { headers, body });
    expect([400, 413]).toContain(status);
    expect(await scene.job()).toMatchObject({ phase: "waiting" });
  });
});
