import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "@jest/globals";
import { startOpenAIServer } from "../../local/emulators/openai/server.ts";
import { answerText, startModelServer } from "../support/model-server.ts";
import type { AnswerQuestion, ModelServer } from "../support/model-server.ts";
import { makePdf } from "../support/pdfs.ts";
import { createTestApp } from "../support/test-app.ts";
import type { TestApp } from "../support/test-app.ts";

const SCHEMA = {
  type: "object",
  properties: { number: { type: "string" }, total: { type: "number" } },
  required: ["number", "total"],
};
const TEXT = "Number: 2026-17. Total: 119.50 EUR.";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function run(test: TestApp, payload: object): Promise<Record<string, unknown>> {
  const { status, json } = await test.request("POST", "/api/jobs", { body: { job_type: "extract-fields", payload } });
  expect([status, json["errors"]]).toEqual([202, undefined]);
  await test.deliver("job-requests");
  return (await test.request("GET", `/api/jobs/${String(json["job_id"])}`)).json;
}

async function offline(): Promise<TestApp> {
  const model = await startOpenAIServer({ port: 0 });
  cleanups.push(async () => model.stop());
  return createTestApp({ environment: { OPENAI_BASE_URL: model.baseUrl } });
}

/** A model that gives these answers, one after the other. */
async function answering(...answers: readonly string[]): Promise<{ test: TestApp; model: ModelServer }> {
  const rest = [...answers];
  const answer: AnswerQuestion = (response, question) => {
    answerText(rest.shift() ?? "none left")(response, question);
  };
  const model = await startModelServer(answer);
  cleanups.push(model.stop);
  return { model, test: await createTestApp({ environment: { OPENAI_BASE_URL: `${model.origin}/v1` } }) };
}

describe("extract-fields", () => {
  it("answers with what a text says, in the caller's shape", async () => {
    const job = await run(await offline(), { text: TEXT, schema: SCHEMA });
    expect(job).toMatchObject({
      status: "completed",
      result: { fields: { number: "2026-17", total: 119.5 }, characters: TEXT.length, characters_read: TEXT.length },
      usage: { calls: 1 },
    });
  });

  it("reads a PDF", async () => {
    const test = await offline();
    const body = await makePdf({ pages: ["The mill.", "Built: 1907."] });
    const headers = { "content-type": "application/pdf" };
    const { json: file } = await test.request("POST", "/api/files", { body, headers });
    const schema = { type: "object", properties: { built: { type: "integer" } } };
    const job = await run(test, { document: { file_id: file["file_id"] }, schema });
    expect(job).toMatchObject({ status: "completed", result: { fields: { built: 1907 } } });
  });

  it("gives the model the schema and the caller's instructions, and the text apart from them", async () => {
    const { test, model } = await answering('{"number":"1","total":2}');
    await run(test, { text: TEXT, schema: SCHEMA, instructions: "Totals are in euros." });
    expect(model.questions.map(({ body }) => body)).toMatchObject([
      {
        input: TEXT,
        instructions: expect.stringContaining("Totals are in euros."),
        text: { format: { type: "json_schema", name: "fields", schema: SCHEMA, strict: false } },
      },
    ]);
    expect(model.questions[0]?.body.instructions).not.toContain("2026-17");
  });

  it.each(["Certainly! Here you are.", '{"number":"1"}', '{"number":"1","total":"2"}', "[]", "null"])(
    "asks once more, with what is wrong, when the answer is %s",
    async (answer) => {
      const { test, model } = await answering(answer, '{"number":"1","total":2}');
      const job = await run(test, { text: TEXT, schema: SCHEMA });
      expect(job).toMatchObject({
        status: "completed",
        result: { fields: { number: "1", total: 2 } },
        usage: { calls: 2 },
      });
      expect(model.questions[1]?.body.instructions).toMatch(/did not fit the schema:\n\S* .*(JSON|must)/);
    },
  );

  it("gives up on a second answer that does not fit, for good, and says where", async () => {
    const { test, model } = await answering("no", '{"number":7,"total":2}', '{"number":"1","total":2}');
    const job = await run(test, { text: TEXT, schema: SCHEMA });
    expect(job).toMatchObject({
      status: "failed",
      attempt: 1,
      error: { code: "ANSWER_INVALID", kind: "permanent", message: expect.stringContaining("/number must be string") },
    });
    expect(model.questions).toHaveLength(2);
  });

  it("says how much of a long text was read", async () => {
    const { test, model } = await answering("{}");
    const pages = Array.from({ length: 3 }, () => "A word. ".repeat(10_000).trim());
    const body = await makePdf({ pages });
    const headers = { "content-type": "application/pdf" };
    const { json: file } = await test.request("POST", "/api/files", { body, headers });
    const schema = { type: "object", properties: { a: { type: "string" } } };
    const job = await run(test, { document: { file_id: file["file_id"] }, schema });
    const { characters, characters_read: read } = job["result"] as { characters: number; characters_read: number };
    expect(characters).toBeGreaterThan(200_000);
    expect(read).toBeLessThanOrEqual(200_000);
    expect(model.questions[0]?.body.input).toHaveLength(read);
  });

  it.each<readonly [what: string, payload: object, pointer: string]>([
    ["a reference", { text: TEXT, schema: { ...SCHEMA, $ref: "http://127.0.0.1/" } }, "/payload/schema/$ref"],
    [
      "a pattern",
      { text: TEXT, schema: { type: "object", properties: { a: { type: "string", pattern: "(a+)+$" } } } },
      "/payload/schema/properties/a/pattern",
    ],
    ["no object", { text: TEXT, schema: { type: "string" } }, "/payload/schema"],
    ["a schema that is none", { text: TEXT, schema: "string" }, "/payload/schema"],
    ["no schema", { text: TEXT }, "/payload/schema"],
    ["nothing to read", { schema: SCHEMA }, "/payload"],
    ["two things to read", { text: TEXT, document: { url: "https://example.com/a.pdf" }, schema: SCHEMA }, "/payload"],
    ["a private address", { document: { url: "http://169.254.169.254/" }, schema: SCHEMA }, "/payload/document/url"],
  ])("refuses %s at once", async (_, payload, pointer) => {
    const test = await createTestApp();
    const { status, json } = await test.request("POST", "/api/jobs", { body: { job_type: "extract-fields", payload } });
    expect([status, json["errors"]]).toEqual([422, [{ pointer, message: expect.any(String) }]]);
  });

  it("does what docs/extract-fields.md says", async () => {
    const [, body = ""] = /-d '(.*?)'/s.exec(readFileSync("docs/extract-fields.md", "utf8")) ?? [];
    const { payload } = JSON.parse(body) as { payload: object };
    expect(await run(await offline(), payload)).toMatchObject({
      result: { fields: { invoice_number: "2026-17", total: 119.5, due: "2026-04-30" } },
    });
  });
});
