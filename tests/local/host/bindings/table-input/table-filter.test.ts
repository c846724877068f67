import { describe, expect, it } from "@jest/globals";
import { resolveFilter, withPartition } from "../../../../../local/host/bindings/table-input/table-filter.ts";

describe("resolveFilter()", () => {
  const data = { text: "it's", number: "5", flag: "true", whole: "a eq 1 or b eq 2" };

  it("doubles quotes between quotes, and lets numbers and booleans through elsewhere", () => {
    expect(resolveFilter("a eq '{text}' and b gt {number} and c eq {flag}", data)).toBe(
      "a eq 'it''s' and b gt 5 and c eq true",
    );
  });

  it("takes a filter that is one expression alone as it comes", () => {
    expect(resolveFilter("{whole}", data)).toBe(data.whole);
  });

  it("refuses any other text outside quotes", () => {
    const reason = "An invalid parameter value was specified for filter parameter 'whole'.";
    expect(() => resolveFilter("a eq {whole}", data)).toThrow(reason);
    expect(() => resolveFilter("a eq '{whole}", data)).toThrow(reason);
  });
});

describe("withPartition()", () => {
  it("adds the partition to a filter, quoted", () => {
    expect(withPartition("p'q", "a eq 1")).toBe("PartitionKey eq 'p''q' and a eq 1");
    expect(withPartition("p", undefined)).toBe("PartitionKey eq 'p'");
    expect(withPartition(undefined, "a eq 1")).toBe("a eq 1");
    expect(withPartition(undefined, undefined)).toBeUndefined();
  });
});
