import { describe, expect, it } from "@jest/globals";
import { demoBatch } from "../../../local/dev/demo-batch.ts";
import { batchRequestSchema } from "../../../src/contract/batch-request.ts";

describe("demoBatch()", () => {
  it("is a batch of 12 that the API takes, each item behind those that it builds on", () => {
    const { items, finally: last } = batchRequestSchema.parse(demoBatch("file_1"));
    expect(items).toHaveLength(12);
    expect(last?.job_type).toBe("summarize-text");
    items.forEach(({ depends_on: parents = [] }, index) => {
      const before = items.slice(0, index).map(({ key }) => key);
      expect(parents.filter((parent) => !before.includes(parent))).toEqual([]);
    });
  });
});
