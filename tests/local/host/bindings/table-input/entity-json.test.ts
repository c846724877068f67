import { describe, expect, it } from "@jest/globals";
import { entityJson } from "../../../../../local/host/bindings/table-input/entity-json.ts";

describe("entityJson()", () => {
  it("writes keys, etag and time under the names of the real host, and properties by their types", () => {
    const entity = {
      "odata.metadata": "left out",
      etag: 'W/"1"',
      partitionKey: "p",
      rowKey: "r",
      timestamp: { type: "DateTime", value: "2026-01-01T00:00:00.1200000Z" },
      big: { type: "Int64", value: "7" },
      none: { type: "Double", value: "NaN" },
      whole: { type: "DateTime", value: "2026-01-01T00:00:00Z" },
      plain: true,
    };
    expect(entityJson(entity)).toEqual({
      "odata.etag": 'W/"1"',
      PartitionKey: "p",
      RowKey: "r",
      Timestamp: "2026-01-01T00:00:00.12+00:00",
      big: 7,
      none: "NaN",
      whole: "2026-01-01T00:00:00+00:00",
      plain: true,
    });
  });
});
