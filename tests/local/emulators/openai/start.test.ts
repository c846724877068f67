import { describe, expect, it } from "@jest/globals";
import { OpenAI } from "openai";
import { startOpenAIEmulator } from "../../../../local/emulators/openai/start.ts";
import { ARTICLE } from "./a-text.ts";

describe("startOpenAIEmulator()", () => {
  it("serves from a process of its own until it is stopped", async () => {
    const emulator = await startOpenAIEmulator();
    const client = new OpenAI({ baseURL: emulator.baseUrl, apiKey: "any", maxRetries: 0 });
    expect((await client.responses.create({ model: "m", input: ARTICLE })).output_text).toContain("water mill");
    await emulator.stop();
    expect(await emulator.exited).toMatchObject({ expected: true, cause: "exit code 0" });
    await expect(client.models.list()).rejects.toThrow("Connection error");
  });

  it("fails when its port is taken", async () => {
    const emulator = await startOpenAIEmulator();
    const port = Number(new URL(emulator.baseUrl).port);
    await expect(startOpenAIEmulator({ port })).rejects.toThrow(/Cannot start OpenAI emulator: .*EADDRINUSE/);
    await emulator.stop();
  });
});
