import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startOpenAIServer } from "../../local/emulators/openai/server.ts";
import type { OpenAIServer } from "../../local/emulators/openai/server.ts";
import { numberedPages } from "../support/pdfs.ts";
import { createTestApp } from "../support/test-app.ts";
import type { TestApp } from "../support/test-app.ts";

describe("summarize-text", () => {
  let model: OpenAIServer;
  let test: TestApp;
  beforeAll(async () => {
    model = await startOpenAIServer({ port: 0 });
    test = await createTestApp({ environment: { OPENAI_BASE_URL: model.baseUrl } });
  });
  afterAll(async () => model.stop());

  const submit = async (payload: object) =>
    test.request("POST", "/api/jobs", { body: { job_type: "summarize-text", payload } });

  async function summarize(payload: object): Promise<Record<string, unknown>> {
    const { json } = await submit(payload);
    await test.deliver("job-requests");
    return (await test.request("GET", `/api/jobs/${String(json["job_id"])}`)).json;
  }

  it("makes one summary of several texts, in the form that is asked for", async () => {
    const texts = [
      "The mill on the river grinds grain for three villages.",
      "In summer the water falls and the wheel stands still.",
    ];
    const job = await summarize({ texts, style: "paragraph", max_words: 40 });
    const characters = texts.join("").length;
    expect(job).toMatchObject({ status: "completed", result: { texts: 2, characters }, usage: { calls: 1 } });
    const { summary, words } = job["result"] as { summary: string; words: number };
    expect(summary).toMatch(/^The mill .*wheel stands still\.$/);
    expect(summary.split(/\s+/)).toHaveLength(words);
  });

  it("passes over what there is not", async () => {
    const job = await summarize({ texts: [null, "The mill on the river grinds grain for three villages.", null] });
    expect(job).toMatchObject({ status: "completed", result: { texts: 1, summary: expect.stringContaining("mill") } });
  });

  it("takes what is too long for one question in parts", async () => {
    const job = await summarize({ texts: [numberedPages(900).join("\n"), numberedPages(400).join("\n")] });
    expect(job).toMatchObject({ status: "completed", result: { texts: 2 } });
    expect((job["usage"] as { calls: number }).calls).toBeGreaterThan(2);
    expect((job["result"] as { summary: string }).summary).toMatch(/^- /);
  });

  it.each([
    ["no text", { texts: [] }, "/payload/texts"],
    ["too many", { texts: Array.from({ length: 101 }, () => "a") }, "/payload/texts"],
    ["white space", { texts: ["a", " \n"] }, "/payload/texts/1"],
    ["a text too long", { texts: ["x".repeat(100_001)] }, "/payload/texts/0"],
    ["a text that is none", { texts: ["a", 7] }, "/payload/texts/1"],
    ["nothing but gaps", { texts: [null, null] }, "/payload/texts"],
  ])("refuses %s", async (_, payload, pointer) => {
    const { status, json } = await submit(payload);
    expect([status, json["errors"]]).toEqual([422, [{ pointer, message: expect.any(String) }]]);
  });
});
