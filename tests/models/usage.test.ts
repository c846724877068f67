import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { costUsd, priceOf } from "../../src/models/prices.ts";
import { createUsageMeter } from "../../src/models/usage-meter.ts";
import { readSettings } from "../../src/platform/settings.ts";

const settingsWith = (prices: object = {}) =>
  readSettings({ AzureWebJobsStorage: "none", OPENAI_API_KEY: "key", MODEL_PRICES: JSON.stringify(prices) });

const PRICE = { inputPerMillionUsd: 0.25, outputPerMillionUsd: 2, version: "test" };
const tokenCount = fc.integer({ min: 0, max: 10_000_000 });

describe("priceOf()", () => {
  it("knows the list price of a known model, and from which list", () => {
    expect(priceOf("gpt-5-mini", settingsWith())).toEqual({ ...PRICE, version: "list-2025-08" });
  });

  it("prefers the price in the settings", () => {
    const settings = settingsWith({ "gpt-5-mini": { input_per_million_usd: 1, output_per_million_usd: 3 } });
    expect(priceOf("gpt-5-mini", settings)).toEqual({
      inputPerMillionUsd: 1,
      outputPerMillionUsd: 3,
      version: "settings",
    });
  });

  it("knows a price of zero from an unknown one", () => {
    const settings = settingsWith({ local: { input_per_million_usd: 0, output_per_million_usd: 0 } });
    expect(priceOf("local", settings)).toMatchObject({ inputPerMillionUsd: 0, outputPerMillionUsd: 0 });
  });

  it.each(["my-deployment", "gpt-5-mini-2025-08-07", "", "constructor", "toString", "__proto__"])(
    "knows none for %j",
    (model) => {
      expect(priceOf(model, settingsWith())).toBeUndefined();
    },
  );
});

describe("costUsd()", () => {
  it("multiplies tokens by the price of a million", () => {
    expect(costUsd(PRICE, { input: 1_000_000, output: 0 })).toBe(0.25);
    expect(costUsd(PRICE, { input: 1200, output: 345 })).toBe(0.00099);
    expect(costUsd(PRICE, { input: 0, output: 0 })).toBe(0);
  });

  it("agrees to a billionth with whole-number arithmetic", () => {
    fc.assert(
      fc.property(tokenCount, tokenCount, (input, output) => {
        // In billionths of a dollar: 0.25 and 2 dollars a million are 250 and 2,000 of them for one token.
        const billionths = BigInt(input) * 250n + BigInt(output) * 2000n;
        expect(costUsd(PRICE, { input, output })).toBe(Number(billionths) / 1e9);
      }),
    );
  });
});

describe("createUsageMeter()", () => {
  const call = (inputTokens: number, outputTokens: number, latencyMs = 1) => ({ inputTokens, outputTokens, latencyMs });

  it("has nothing to say when the model was never asked", () => {
    expect(createUsageMeter("gpt-5-mini", PRICE).total()).toBeUndefined();
  });

  it("adds up, and costs the whole", () => {
    const meter = createUsageMeter("gpt-5-mini", PRICE);
    meter.add(call(1000, 200, 10.4));
    meter.add(call(200, 145, 20.4));
    expect(meter.total()).toEqual({
      model: "gpt-5-mini",
      calls: 2,
      inputTokens: 1200,
      outputTokens: 345,
      latencyMs: 31,
      estimatedCostUsd: 0.00099,
      priceVersion: "test",
    });
  });

  it("leaves the cost out where the price is unknown: never zero", () => {
    const meter = createUsageMeter("my-deployment", undefined);
    meter.add(call(1000, 200));
    expect(meter.total()).not.toHaveProperty("estimatedCostUsd");
    expect(meter.total()).not.toHaveProperty("priceVersion");
  });

  it("says the same in whatever order the calls came", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(tokenCount, tokenCount), { minLength: 1, maxLength: 20 }), (calls) => {
        const [one, other] = [createUsageMeter("m", PRICE), createUsageMeter("m", PRICE)];
        for (const [input, output] of calls) one.add(call(input, output));
        for (const [input, output] of calls.toReversed()) other.add(call(input, output));
        expect(one.total()).toEqual(other.total());
      }),
    );
  });
});
