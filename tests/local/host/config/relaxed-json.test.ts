import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseRelaxedJson } from "../../../../local/host/config/relaxed-json.ts";

describe("parseRelaxedJson()", () => {
  it("ignores comments, trailing commas and a byte order mark", () => {
    const text = '\uFEFF{ // one\n "a": [1, 2, /* two */ ], /* three\n */ "b": "x", // four\n}';
    expect(parseRelaxedJson(text)).toEqual({ a: [1, 2], b: "x" });
  });

  it("leaves strings alone that look like comments or commas", () => {
    const value = { url: "https://a//b", glob: "/* */", comma: ",}", quote: '\\",]//' };
    expect(parseRelaxedJson(JSON.stringify(value))).toEqual(value);
  });

  it("names the true place of an error", () => {
    expect(() => parseRelaxedJson('{ /* a */ "a": 1 "b": 2 }')).toThrow(/position 17/);
  });

  it("refuses what is no JSON for other reasons", () => {
    for (const text of ["{,}", "[,]", "{'a': 1}", '{"a": 1,,}', "/* open", ""])
      expect(() => parseRelaxedJson(text)).toThrow();
  });

  it("reads every JSON text as JSON.parse() does", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseRelaxedJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
