import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type APIError, AzureOpenAI, OpenAI } from "openai";
import { startOpenAIServer, type OpenAIServer } from "../../../../local/emulators/openai/server.ts";
import { ARTICLE } from "./a-text.ts";

let server: OpenAIServer;
let client: OpenAI;
const azure = (apiVersion: string) =>
  new AzureOpenAI({ endpoint: server.baseUrl.replace("/v1", ""), apiKey: "any", apiVersion });

beforeAll(async () => {
  server = await startOpenAIServer({ port: 0 });
  client = new OpenAI({ baseURL: server.baseUrl, apiKey: "any", maxRetries: 0 });
});

afterAll(async () => server.stop());

const instructions = "Summarise the text in at most 30 words, as one paragraph.";
const SUMMARY = /^A water mill uses the power of falling water to turn a wheel\. /;

async function failure(action: PromiseLike<unknown>): Promise<APIError> {
  try {
    await action;
  } catch (error) {
    return error as APIError;
  }
  throw new Error("The request was answered, and should have failed");
}

describe("POST /v1/responses", () => {
  it("answers the unmodified client, and echoes the model's name", async () => {
    const response = await client.responses.create({ model: "gpt-any", instructions, input: ARTICLE });
    expect(response).toMatchObject({ object: "response", status: "completed", model: "gpt-any", error: null });
    expect(response.output_text).toMatch(SUMMARY);
    expect(response._request_id).toMatch(/^req_\w{32}$/);
  });

  it("counts a token for every four characters", async () => {
    const { usage, output_text } = await client.responses.create({ model: "m", instructions, input: ARTICLE });
    const input = Math.ceil((instructions.length + ARTICLE.length) / 4);
    const output = Math.ceil(output_text.length / 4);
    expect(usage).toMatchObject({ input_tokens: input, output_tokens: output, total_tokens: input + output });
  });

  it("takes messages and their parts as well as a plain text", async () => {
    const plain = await client.responses.create({ model: "m", instructions, input: ARTICLE });
    const { output_text } = await client.responses.create({
      model: "m",
      input: [
        { role: "developer", content: instructions },
        { role: "user", content: [{ type: "input_text", text: ARTICLE }] },
      ],
    });
    expect(output_text).toBe(plain.output_text);
  });

  it("streams the events that the client builds the same response from", async () => {
    const stream = client.responses.stream({ model: "m", instructions, input: ARTICLE });
    const events = [];
    for await (const event of stream) events.push({ type: event.type, number: event.sequence_number });
    const { output_text, usage } = await stream.finalResponse();
    const whole = await client.responses.create({ model: "m", instructions, input: ARTICLE });
    expect([output_text, usage]).toEqual([whole.output_text, whole.usage]);
    expect(events.map(({ number }) => number)).toEqual(events.map((_, index) => index));
    expect([...new Set(events.map(({ type }) => type))]).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.delta",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
  });

  it("ends incomplete at the output limit, also when it streams", async () => {
    const body = { model: "m", instructions, input: ARTICLE, max_output_tokens: 4 };
    const expected = {
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      output_text: "A water mill use",
    };
    expect(await client.responses.create(body)).toMatchObject(expected);
    expect(await client.responses.stream(body).finalResponse()).toMatchObject(expected);
  });

  it("answers the Azure client, in the v1 API and in the one with a version", async () => {
    const v1 = new OpenAI({ baseURL: server.baseUrl.replace("/v1", "/openai/v1"), apiKey: "any" });
    for (const api of [v1, azure("preview")])
      expect((await api.responses.create({ model: "deployment", instructions, input: ARTICLE })).output_text).toMatch(
        SUMMARY,
      );
  });
});

describe("POST /v1/chat/completions", () => {
  const messages = [
    { role: "system" as const, content: instructions },
    { role: "user" as const, content: ARTICLE },
  ];

  it("answers the unmodified client", async () => {
    const { choices, usage, object } = await client.chat.completions.create({ model: "m", messages });
    expect(object).toBe("chat.completion");
    expect(choices).toMatchObject([{ index: 0, finish_reason: "stop", message: { role: "assistant" } }]);
    expect(choices[0]?.message.content).toMatch(SUMMARY);
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
  });

  it("streams chunks that make the same message, with the usage where it is asked for", async () => {
    const whole = await client.chat.completions.create({ model: "m", messages });
    const stream = client.chat.completions.stream({ model: "m", messages, stream_options: { include_usage: true } });
    expect(await stream.finalContent()).toBe(whole.choices[0]?.message.content);
    expect(await stream.totalUsage()).toMatchObject({ total_tokens: whole.usage?.total_tokens });
  });

  it("sends no usage where nobody asked for it", async () => {
    const stream = await client.chat.completions.create({ model: "m", messages, stream: true });
    const usages = [];
    for await (const chunk of stream) usages.push(chunk.usage);
    expect(usages.every((usage) => usage === undefined)).toBe(true);
  });

  it("ends for length at the output limit", async () => {
    const { choices } = await client.chat.completions.create({ model: "m", messages, max_completion_tokens: 4 });
    expect(choices).toMatchObject([{ finish_reason: "length", message: { content: "A water mill use" } }]);
  });

  it("answers the Azure client, which names the deployment in the path", async () => {
    const { model, choices } = await azure("2024-10-21").chat.completions.create({ model: "my-deployment", messages });
    expect(model).toBe("my-deployment");
    expect(choices[0]?.message.content).toMatch(SUMMARY);
  });

  it("finds the request in the user's message where there are no other instructions", async () => {
    const content = `Please summarise this text in under 20 words:\n\n${ARTICLE}`;
    const { choices } = await client.chat.completions.create({ model: "m", messages: [{ role: "user", content }] });
    expect(choices[0]?.message.content).toBe("A water mill uses the power of falling water to turn a wheel.");
  });
});

describe("GET /v1/models", () => {
  it("lists the one model there is, and finds it by its name", async () => {
    const { data } = await client.models.list();
    expect(data.map(({ id }) => id)).toEqual(["millrace-extractive-1"]);
    expect(await client.models.retrieve("millrace-extractive-1")).toEqual(data[0]);
  });

  it("knows no other model", async () => {
    expect(await failure(client.models.retrieve("gpt-0"))).toMatchObject({ status: 404, code: "model_not_found" });
  });
});

describe("errors", () => {
  const post = async (body: string, headers: Record<string, string> = { authorization: "Bearer any" }) => {
    const response = await fetch(`${server.baseUrl}/responses`, { method: "POST", headers, body });
    return { status: response.status, ...((await response.json()) as { error: Record<string, unknown> }) };
  };

  it("answers 401 to a request without a key", async () => {
    expect(await post("{}", {})).toMatchObject({ status: 401, error: { type: "invalid_request_error" } });
  });

  it.each(["{", "", "[]", "7"])("answers 400 to the body %j", async (body) => {
    expect(await post(body)).toMatchObject({ status: 400, error: { type: "invalid_request_error", param: null } });
  });

  it("names the parameter that is missing", async () => {
    expect(await post(`{"model":"m"}`)).toEqual({
      status: 400,
      error: {
        message: "Missing required parameter: 'input'.",
        type: "invalid_request_error",
        param: "input",
        code: "missing_required_parameter",
      },
    });
  });

  it("names the parameter that is wrong", async () => {
    const body = { model: "m", messages: [{ role: "robot" as "user", content: "hello" }] };
    expect(await failure(client.chat.completions.create(body))).toMatchObject({
      status: 400,
      param: "messages[0].role",
      code: "invalid_value",
    });
  });

  it("answers a schema with JSON, through both of the API's endpoints", async () => {
    const schema = { type: "object", properties: { total: { type: "number" } }, required: ["total"] };
    const text = "Invoice 7. Total: 119.50 EUR, due on 2 April 2026.";
    const chat = await client.chat.completions.create({
      model: "m",
      messages: [
        { role: "system", content: "Read the text." },
        { role: "user", content: text },
      ],
      response_format: { type: "json_schema", json_schema: { name: "fields", schema } },
    });
    expect(chat.choices[0]?.message.content).toBe('{"total":119.5}');
    const format = { type: "json_schema" as const, name: "fields", schema };
    const response = await client.responses.create({
      model: "m",
      instructions: "Read it.",
      input: text,
      text: { format },
    });
    expect(response.output_text).toBe('{"total":119.5}');
    expect(response.text?.format).toEqual(format);
    const nameless = client.responses.create({ model: "m", input: text, text: { format: { ...format, name: "a b" } } });
    expect(await failure(nameless)).toMatchObject({ status: 400, param: "text.format.name" });
  });

  it("refuses what this model cannot do: pictures and JSON without a schema", async () => {
    const image = { type: "input_image" as const, image_url: "data:,", detail: "auto" as const };
    const picture = client.responses.create({ model: "m", input: [{ role: "user", content: [image] }] });
    const json = client.chat.completions.create({
      model: "m",
      messages: [{ role: "user", content: "hello" }],
      response_format: { type: "json_object" },
    });
    expect(await failure(picture)).toMatchObject({ status: 400 });
    expect(await failure(json)).toMatchObject({ status: 400, param: "response_format.type" });
  });

  it("answers 404 to a path, and 405 to a method it does not know", async () => {
    expect(await failure(client.get("/files"))).toMatchObject({ status: 404 });
    expect(await failure(client.get("/responses"))).toMatchObject({ status: 405 });
  });

  it("answers 413 to a body that is larger than it reads", async () => {
    expect(await post("x".repeat(16 * 1024 * 1024 + 1))).toMatchObject({ status: 413 });
  });
});

describe("x-emulator-fault", () => {
  const ask = (fault: string) =>
    client.responses.create({ model: "m", input: ARTICLE }, { headers: { "x-emulator-fault": fault } });

  it("answers 429 with a Retry-After on demand", async () => {
    const error = await failure(ask("429;retry-after=2"));
    expect(error).toMatchObject({ status: 429, code: "rate_limit_exceeded" });
    expect(error.headers?.get("retry-after")).toBe("2");
  });

  it("answers 500 on demand", async () => {
    expect(await failure(ask("500"))).toMatchObject({ status: 500, type: "server_error" });
  });

  it("waits on demand", async () => {
    const startedAt = performance.now();
    await ask("delay=150");
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(149);
  });

  it.each(["sometimes", "99", "1000", "200"])("says that it cannot read %j, and serves on", async (fault) => {
    expect((await failure(ask(fault))).message).toContain(`Cannot read fault "${fault}"`);
    await ask("delay=0");
  });
});
