import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createModelClient } from "../../src/models/model-client.ts";
import { readSettings } from "../../src/platform/settings.ts";
import { startModelServer } from "../support/model-server.ts";
import type { AskedQuestion, ModelServer } from "../support/model-server.ts";

describe("createModelClient()", () => {
  let server: ModelServer;
  beforeAll(async () => {
    server = await startModelServer();
  });
  afterAll(async () => server.stop());

  async function ask(environment: Readonly<Record<string, string>>): Promise<AskedQuestion | undefined> {
    const client = createModelClient(readSettings({ AzureWebJobsStorage: "none", ...environment }));
    await client.responses.create({ model: "my-deployment", input: "hi" });
    return server.questions.at(-1);
  }

  it("talks to any server that speaks OpenAI's protocol", async () => {
    const question = await ask({ OPENAI_API_KEY: "key-1", OPENAI_BASE_URL: `${server.origin}/proxy/v1` });
    expect(question).toMatchObject({ url: "/proxy/v1/responses", headers: { authorization: "Bearer key-1" } });
  });

  it.each(["", "/"])("talks to Azure's v1 API, endpoint ending in %j", async (end) => {
    const question = await ask({ AZURE_OPENAI_ENDPOINT: server.origin + end, AZURE_OPENAI_API_KEY: "key-2" });
    expect(question?.url).toBe("/openai/v1/responses");
    expect([question?.headers.authorization, question?.headers["api-key"]]).toContain(
      question?.headers["api-key"] ?? "Bearer key-2",
    );
    expect(question?.body.model).toBe("my-deployment");
  });

  it("talks to a dated version of Azure's API", async () => {
    const question = await ask({
      AZURE_OPENAI_ENDPOINT: server.origin,
      AZURE_OPENAI_API_KEY: "key-3",
      OPENAI_API_VERSION: "2025-04-01-preview",
    });
    expect(question).toMatchObject({
      url: "/openai/responses?api-version=2025-04-01-preview",
      headers: { "api-key": "key-3" },
      body: { model: "my-deployment" },
    });
  });

  it("prefers Azure where both are set", async () => {
    const question = await ask({
      OPENAI_API_KEY: "key-1",
      OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
      AZURE_OPENAI_ENDPOINT: server.origin,
      AZURE_OPENAI_API_KEY: "key-2",
    });
    expect(question?.url).toBe("/openai/v1/responses");
  });

  it("talks to OpenAI where nothing else is said, whatever the process's own environment says", () => {
    const client = createModelClient(readSettings({ AzureWebJobsStorage: "none", OPENAI_API_KEY: "key-1" }));
    expect(client.baseURL).toBe("https://api.openai.com/v1");
  });

  it("makes no attempts of its own, and waits as long as the settings say", () => {
    const settings = { AzureWebJobsStorage: "none", OPENAI_API_KEY: "key-1", MODEL_TIMEOUT_SECONDS: "7" };
    expect(createModelClient(readSettings(settings))).toMatchObject({ maxRetries: 0, timeout: 7000 });
  });
});
