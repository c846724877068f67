import { describe, expect, it } from "@jest/globals";
import { MAX_COLUMN_CHARACTERS, jsonColumns } from "../../src/platform/json-columns.ts";

describe("jsonColumns()", () => {
  const columns = jsonColumns("list", "missing");
  const key = { partitionKey: "p", rowKey: "r" };
  const at = new Date("2026-02-01T00:00:00.000Z");

  it("gives values back as they were, those of other columns included", () => {
    const values = { list: [1, { a: "ü" }], at, name: "[1]", missing: undefined };
    expect(columns.encode(values)).toEqual({ list: '[1,{"a":"ü"}]', at, name: "[1]" });
    expect(columns.decode({ ...key, ...columns.encode(values) })).toEqual({ ...key, ...values });
  });

  it("takes what just fits a column, and refuses one character more", () => {
    const text = "x".repeat(MAX_COLUMN_CHARACTERS - '""'.length);
    expect(columns.encode({ list: text })).toHaveProperty("list");
    expect(() => columns.encode({ list: `${text}x` })).toThrow(`${MAX_COLUMN_CHARACTERS + 1} characters`);
  });

  it("gives for text that is no JSON what no column holds", () => {
    expect(columns.decode({ ...key, list: "[1," })).toEqual({ ...key, list: null });
  });
});
