import { afterEach, describe, expect, it } from "@jest/globals";
import { createAskModel } from "../../src/models/ask-model.ts";
import type { AskModel, Question } from "../../src/models/ask-model.ts";
import { createModelClient } from "../../src/models/model-client.ts";
import { createUsageMeter } from "../../src/models/usage-meter.ts";
import type { UsageMeter } from "../../src/models/usage-meter.ts";
import { MillraceError } from "../../src/platform/errors.ts";
import { readSettings } from "../../src/platform/settings.ts";
import { answerError, answerText, startModelServer } from "../support/model-server.ts";
import type { AnswerQuestion, ModelServer } from "../support/model-server.ts";

const servers: ModelServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(async (server) => server.stop()));
});

interface Model {
  readonly server: ModelServer;
  readonly askModel: AskModel;
  readonly meter: UsageMeter;
}

async function aModel(answer?: AnswerQuestion, environment: Readonly<Record<string, string>> = {}): Promise<Model> {
  const server = await startModelServer(answer);
  servers.push(server);
  const settings = readSettings({
    AzureWebJobsStorage: "none",
    OPENAI_API_KEY: "key",
    OPENAI_BASE_URL: `${server.origin}/v1`,
    ...environment,
  });
  const meter = createUsageMeter("gpt-5-mini", undefined);
  return {
    server,
    meter,
    askModel: createAskModel({ client: createModelClient(settings), model: "gpt-5-mini", meter }),
  };
}

const QUESTION: Question = { instructions: "Summarise.", input: "A text." };

/** The error that the question ends with. */
async function failureOf({ askModel }: Model, question: Question = QUESTION): Promise<MillraceError> {
  const thrown: unknown = await askModel(question).catch((error: unknown) => error);
  if (thrown instanceof MillraceError) return thrown;
  throw new Error("the question did not fail with a code", { cause: thrown });
}

describe("createAskModel()", () => {
  it("asks for the text of one answer, which the provider is not to keep", async () => {
    const { server, askModel } = await aModel(answerText("An answer."));
    expect(await askModel(QUESTION)).toBe("An answer.");
    expect(server.questions[0]?.body).toEqual({
      model: "gpt-5-mini",
      instructions: "Summarise.",
      input: "A text.",
      store: false,
    });
  });

  it("passes the limit on the answer's length on", async () => {
    const { server, askModel } = await aModel();
    await askModel({ ...QUESTION, maxOutputTokens: 99 });
    expect(server.questions[0]?.body["max_output_tokens"]).toBe(99);
  });

  it("meters what an answer used, and nothing for a failure", async () => {
    const { askModel, meter } = await aModel();
    await askModel(QUESTION);
    await askModel(QUESTION);
    expect(meter.total()).toMatchObject({ calls: 2, inputTokens: 22, outputTokens: 14 });
    const failing = await aModel(answerError(500));
    await failureOf(failing);
    expect(failing.meter.total()).toBeUndefined();
  });

  it("meters an answer that does not say what it used", async () => {
    const { askModel, meter } = await aModel(answerText("x", { usage: null }));
    await askModel(QUESTION);
    expect(meter.total()).toMatchObject({ calls: 1, inputTokens: 0, outputTokens: 0 });
  });
});

describe("what a refusal of the provider means", () => {
  const refused = { code: "PROVIDER_REFUSED", kind: "permanent", retryAfterMs: undefined };
  const unauthorized = { ...refused, code: "PROVIDER_UNAUTHORIZED" };
  const unavailable = { code: "PROVIDER_UNAVAILABLE", kind: "transient", retryAfterMs: undefined };
  const throttled = { ...unavailable, code: "PROVIDER_THROTTLED" };
  const finer = { "retry-after-ms": "1234", "retry-after": "2" };
  const dated = { "retry-after": "Sun, 01 Mar 2026 12:00:30 GMT" };

  it.each([
    ["429", answerError(429), throttled],
    ["429 with seconds", answerError(429, { headers: { "retry-after": "7" } }), { ...throttled, retryAfterMs: 7000 }],
    ["429 with Azure's milliseconds", answerError(429, { headers: finer }), { ...throttled, retryAfterMs: 1234 }],
    ["429 with a date that has passed", answerError(429, { headers: dated }), throttled],
    ...["0", "-5", "", "soon", "3000-01-01", "NaN", "Infinity"].map(
      (text) =>
        [
          `429 with ${JSON.stringify(text)}`,
          answerError(429, { headers: { "retry-after": text } }),
          throttled,
        ] as const,
    ),
    ["500", answerError(500), unavailable],
    ["503 with seconds", answerError(503, { headers: { "retry-after": "3" } }), { ...unavailable, retryAfterMs: 3000 }],
    ["408", answerError(408), unavailable],
    ["409", answerError(409), unavailable],
    ["401", answerError(401), unauthorized],
    ["403", answerError(403), unauthorized],
    ["400", answerError(400), refused],
    ["400 of the content filter", answerError(400, { code: "content_filter" }), refused],
    ["404 for the model", answerError(404, { code: "model_not_found" }), refused],
    ["413", answerError(413), refused],
    ["400 with seconds", answerError(400, { headers: { "retry-after": "3" } }), refused],
  ])("%s", async (_, answer, expected) => {
    const model = await aModel(answer);
    const error = await failureOf(model);
    expect(error).toMatchObject(expected);
    expect(error.message).not.toContain("Secret");
    expect(model.server.questions).toHaveLength(1); // Attempts are counted by the job: the client makes no other.
  });
});

describe("a provider that says until when to wait", () => {
  it("is understood to the second", async () => {
    const headers = { "retry-after": new Date(Date.now() + 90_000).toUTCString() };
    const { retryAfterMs } = await failureOf(await aModel(answerError(503, { headers })));
    expect(retryAfterMs).toBeGreaterThan(60_000);
    expect(retryAfterMs).toBeLessThanOrEqual(90_000);
  });
});

describe("what an answer without a text means", () => {
  it("a failure of the provider that comes with status 200", async () => {
    const failed = { status: "failed", output: [], error: { code: "server_error", message: "Secret" } };
    const error = await failureOf(await aModel(answerText("", failed)));
    expect(error).toMatchObject({ code: "PROVIDER_UNAVAILABLE", kind: "transient" });
    expect(error.message).not.toContain("Secret");
  });

  it("a rate limit that comes with status 200", async () => {
    const failed = { status: "failed", output: [], error: { code: "rate_limit_exceeded", message: "slow down" } };
    expect(await failureOf(await aModel(answerText("", failed)))).toMatchObject({ code: "PROVIDER_THROTTLED" });
  });

  it("an answer that the content filter cut off", async () => {
    const cut = { status: "incomplete", incomplete_details: { reason: "content_filter" } };
    expect(await failureOf(await aModel(answerText("Half an", cut)))).toMatchObject({
      code: "PROVIDER_REFUSED",
      kind: "permanent",
    });
  });

  it("keeps an answer that the limit on its length cut off", async () => {
    const { askModel } = await aModel(
      answerText("Half an", { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } }),
    );
    expect(await askModel(QUESTION)).toBe("Half an");
  });
});

describe("what a connection that fails means", () => {
  it("nobody listens", async () => {
    const model = await aModel();
    await servers.pop()?.stop();
    expect(await failureOf(model)).toMatchObject({ code: "PROVIDER_UNAVAILABLE", kind: "transient" });
  });

  it("it breaks before the answer", async () => {
    const model = await aModel((response) => response.destroy());
    expect(await failureOf(model)).toMatchObject({ code: "PROVIDER_UNAVAILABLE", kind: "transient" });
    expect(model.server.questions).toHaveLength(1);
  });

  it("it breaks within the answer", async () => {
    const model = await aModel((response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"id":', () => response.destroy());
    });
    expect(await failureOf(model)).toMatchObject({ kind: "transient" });
    expect(model.server.questions).toHaveLength(1);
  });

  it("the answer is no JSON", async () => {
    const model = await aModel((response) => response.setHeader("content-type", "application/json").end("<html>"));
    expect(await failureOf(model)).toMatchObject({ kind: "transient" });
  });

  it("no answer comes in time", async () => {
    const model = await aModel(() => undefined, { MODEL_TIMEOUT_SECONDS: "1" });
    expect(await failureOf(model)).toMatchObject({ code: "PROVIDER_UNAVAILABLE", kind: "transient" });
    expect(model.server.questions).toHaveLength(1);
  });

  it("the caller gave up: the reason is the caller's, and the connection is closed", async () => {
    const abort = new AbortController();
    const reason = new MillraceError("LEASE_LOST", "taken");
    const closed = new Promise((resolve) => {
      void aModel((response) => {
        response.once("close", resolve);
        abort.abort(reason);
      }).then(async ({ askModel }) => {
        await expect(askModel({ ...QUESTION, abortSignal: abort.signal })).rejects.toBe(reason);
      });
    });
    await closed;
  });

  it("the caller had given up before: nothing is asked", async () => {
    const reason = new MillraceError("LEASE_LOST", "taken");
    const { server, askModel } = await aModel();
    await expect(askModel({ ...QUESTION, abortSignal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.questions).toEqual([]);
  });
});
