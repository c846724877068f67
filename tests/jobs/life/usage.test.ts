import { describe, expect, it } from "@jest/globals";
import type { Usage } from "../../../src/jobs/life/job.ts";
import { addUsage } from "../../../src/jobs/life/usage.ts";

const aUsage = (fields: Partial<Usage> = {}): Usage => ({
  model: "m",
  inputTokens: 10,
  outputTokens: 2,
  calls: 1,
  latencyMs: 5,
  estimatedCostUsd: 0.1,
  priceVersion: "v1",
  ...fields,
});

describe("addUsage()", () => {
  it("adds what two attempts used, and names the later model and price", () => {
    const later = aUsage({ model: "n", estimatedCostUsd: 0.2, priceVersion: "v2", calls: 3 });
    expect(addUsage(aUsage(), later)).toEqual({
      model: "n",
      inputTokens: 20,
      outputTokens: 4,
      calls: 4,
      latencyMs: 10,
      estimatedCostUsd: 0.3, // and not 0.30000000000000004
      priceVersion: "v2",
    });
  });

  it("is the one where the other asked no model", () => {
    expect(addUsage(undefined, undefined)).toBeUndefined();
    expect(addUsage(aUsage(), undefined)).toEqual(aUsage());
    expect(addUsage(undefined, aUsage())).toEqual(aUsage());
  });

  it("tells no cost when that of one part is not known: half a cost would pass for a whole one", () => {
    const { estimatedCostUsd: _, priceVersion: __, ...unpriced } = aUsage();
    expect(addUsage(aUsage(), unpriced)).not.toHaveProperty("estimatedCostUsd");
    expect(addUsage(unpriced, aUsage())).not.toHaveProperty("estimatedCostUsd");
  });
});
