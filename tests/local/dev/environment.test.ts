import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { readNeeds, toHostEnvironment } from "../../../local/dev/environment.ts";

describe("readNeeds()", () => {
  it.each([undefined, "", "UseDevelopmentStorage=true"])("needs a storage emulator for %j", (value) => {
    expect(readNeeds(value === undefined ? {} : { AzureWebJobsStorage: value }).storage).toBe(true);
  });

  it("needs none where a storage account is named", () => {
    expect(readNeeds({ AzureWebJobsStorage: "AccountName=mine;AccountKey=…" }).storage).toBe(false);
  });

  it.each(["OPENAI_API_KEY", "OPENAI_BASE_URL", "AZURE_OPENAI_ENDPOINT"])("needs no model emulator with %s", (name) => {
    expect(readNeeds({}).openai).toBe(true);
    expect(readNeeds({ [name]: "" }).openai).toBe(true);
    expect(readNeeds({ [name]: "set" }).openai).toBe(false);
  });
});

describe("a copy of local.settings.json.example", () => {
  const { Values: copied } = JSON.parse(readFileSync("local.settings.json.example", "utf8")) as {
    Values: Record<string, string>;
  };

  it("leaves storage and model to the emulators until a key is put in", () => {
    expect(copied["OPENAI_API_KEY"]).not.toBe("");
    expect(readNeeds(copied)).toEqual({ storage: true, openai: true });
    expect(readNeeds({ ...copied, OPENAI_API_KEY: "sk-mine" }).openai).toBe(false);
  });
});

describe("toHostEnvironment()", () => {
  const nowhere = { storageConnectionString: undefined, openaiBaseUrl: undefined, samplesOrigin: "http://samples" };

  it("passes everything on", () => {
    expect(toHostEnvironment({ A: "1", AzureWebJobsStorage: "mine" }, nowhere)).toEqual({
      A: "1",
      AzureWebJobsStorage: "mine",
      FETCH_ALLOWED_ORIGINS: "http://samples",
    });
  });

  it("says where the emulators are", () => {
    const addresses = { ...nowhere, storageConnectionString: "here", openaiBaseUrl: "http://there/v1" };
    expect(toHostEnvironment({ AzureWebJobsStorage: "UseDevelopmentStorage=true" }, addresses)).toMatchObject({
      AzureWebJobsStorage: "here",
      OPENAI_BASE_URL: "http://there/v1",
      OPENAI_API_KEY: "local",
      MODEL: "millrace-extractive-1",
    });
  });

  it("keeps a model's name and price that were given", () => {
    const env = { MODEL: "another", MODEL_PRICES: "{}" };
    expect(toHostEnvironment(env, { ...nowhere, openaiBaseUrl: "http://there/v1" })).toMatchObject(env);
  });

  it("takes an empty name or price for none", () => {
    const env = { MODEL: "", MODEL_PRICES: "" };
    const given = toHostEnvironment(env, { ...nowhere, openaiBaseUrl: "http://there/v1" });
    expect(given["MODEL"]).toBe("millrace-extractive-1");
    expect(given["MODEL_PRICES"]).toContain("millrace-extractive-1");
  });

  it("adds the samples to the origins that were allowed already", () => {
    expect(toHostEnvironment({ FETCH_ALLOWED_ORIGINS: "https://a" }, nowhere)["FETCH_ALLOWED_ORIGINS"]).toBe(
      "https://a,http://samples",
    );
  });
});
