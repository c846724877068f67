import { describe, expect, it } from "@jest/globals";
import { jsonProperties, mergeMetadata, metadataValues } from "../../../../local/host/triggers/binding-metadata.ts";

describe("mergeMetadata()", () => {
  it("puts a value in the place of one whose name differs only in case", () => {
    const merged = mergeMetadata({ Id: { string: "a" }, Other: { string: "b" } }, { id: { string: "c" } });
    expect(merged).toEqual({ Id: { string: "c" }, Other: { string: "b" } });
  });
});

describe("jsonProperties()", () => {
  it("takes the properties of an object but for lists and nulls", () => {
    expect(jsonProperties(' {"a": "x", "b": 1, "c": {"d": 2}, "e": [1], "f": null} ')).toEqual({
      a: { string: "x" },
      b: { string: "1" },
      c: { json: '{"d":2}' },
    });
  });

  it.each(["", "text", "[1]", "{not json}"])("takes nothing from '%s'", (text) => {
    expect(jsonProperties(text)).toEqual({});
  });
});

describe("metadataValues()", () => {
  it("decodes what expressions may name", () => {
    expect(metadataValues({ a: { string: "1" }, b: { json: '{"c":2}' } })).toEqual({ a: "1", b: { c: 2 } });
  });
});
