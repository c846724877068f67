import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { depthOf, parseJsonBody } from "../../src/platform/json-body.ts";

/** The same question, asked of the value in place of the text. */
function depthOfValue(value: unknown): number {
  if (value === null || typeof value !== "object") return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOfValue));
}

const parse = (text: string) => parseJsonBody(Buffer.from(text));
const nested = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${"}".repeat(depth - 1)}`;

describe("depthOf()", () => {
  it("counts in the text what stands in the value", () => {
    const value = fc.jsonValue({ maxDepth: 6 });
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1), (json, indent) => {
        expect(depthOf(JSON.stringify(json, undefined, indent))).toBe(depthOfValue(json));
      }),
    );
  });

  it("takes brackets, quotes and back-slashes in strings for what they are", () => {
    const text = fc.string({ unit: fc.constantFrom("{", "[", "}", "]", '"', "\\", "a", "\n", "\u2028") });
    fc.assert(
      fc.property(fc.dictionary(text, fc.array(text, { maxLength: 3 }), { maxKeys: 3 }), (json) => {
        expect(depthOf(JSON.stringify(json))).toBe(depthOfValue(json));
      }),
    );
  });

  it("needs no closing brackets", () => {
    expect(depthOf("[".repeat(100_000))).toBe(100_000);
    expect(depthOf('{"a":"[[[[')).toBe(1);
  });
});

describe("parseJsonBody()", () => {
  it("takes 32 levels and refuses 33", () => {
    expect(depthOfValue(parse(nested(32)))).toBe(32);
    expect(() => parse(nested(33))).toThrow("deeper than 32");
  });

  it("gives an object back as it was sent", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (json) => {
        fc.pre(!/"(?:__proto__|constructor|prototype)":/.test(JSON.stringify(json)));
        expect(parse(JSON.stringify(json))).toEqual(JSON.parse(JSON.stringify(json)));
      }),
    );
  });

  it("passes over a byte order mark", () => {
    expect(parse('\uFEFF{"a":1}')).toEqual({ a: 1 });
  });

  it.each([
    ['{"a":{"constructor":1}}', "/a/constructor"],
    ['{"list":[{"prototype":1}]}', "/list/0/prototype"],
    ['{"a/b":{"~":{"__proto__":1}}}', "/a~1b/~0/__proto__"],
  ])("points at a name that no field of ours has: %s", (text, pointer) => {
    expect(detailsOf(() => parse(text))).toEqual({ errors: [{ pointer, message: "does not exist" }] });
  });

  it("takes such a name as a value", () => {
    expect(parse('{"a":"__proto__"}')).toEqual({ a: "__proto__" });
  });

  function detailsOf(work: () => unknown): unknown {
    try {
      return work();
    } catch (thrown) {
      return (thrown as { details: unknown }).details;
    }
  }
});
