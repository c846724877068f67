import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { extract } from "../../local/emulators/openai/model/extract/extract.ts";
import { createAnswerCheck } from "../../src/models/answer-check.ts";
import { answerSchemaProblems } from "../../src/models/answer-schema.ts";
import type { AnswerSchema } from "../../src/models/answer-schema.ts";

const object = (properties: object, more: object = {}): AnswerSchema => ({ type: "object", properties, ...more });
const pointersOf = (schema: AnswerSchema) => answerSchemaProblems(schema).map(({ pointer }) => pointer);

/** A property within so many others. */
function nested(levels: number): AnswerSchema {
  let schema: object = { type: "string" };
  for (let level = 1; level < levels; level++) schema = object({ a: schema });
  return schema as AnswerSchema;
}

describe("answerSchemaProblems()", () => {
  it("finds nothing wrong with what is documented", () => {
    const schema = object(
      {
        text: { type: "string", minLength: 1, maxLength: 9, title: "T", description: "D" },
        day: { type: "string", format: "date" },
        number: { type: ["number", "null"], minimum: 0, exclusiveMaximum: 9.5 },
        list: { type: "array", items: { enum: ["a", 1, null] }, minItems: 0, maxItems: 3 },
        either: { anyOf: [{ type: "boolean" }, object({ "with space/slash~": { const: 7 } })] },
      },
      { required: ["text"], additionalProperties: false, $schema: "https://json-schema.org/draft/2020-12/schema" },
    );
    expect(answerSchemaProblems(schema)).toEqual([]);
    expect(answerSchemaProblems(nested(8))).toEqual([]);
  });

  it.each<readonly [what: string, schema: AnswerSchema, ...pointers: string[]]>([
    ["an empty schema", {}, ""],
    ["another type than object", { type: "string" }, ""],
    ["an object without properties", { type: "object" }, ""],
    ["properties that are none", { type: "object", properties: "a" }, ""],
    ["no property", object({}), ""],
    ["a property that is no schema", object({ a: true }), "/properties"],
    ["a reference", object({ a: { $ref: "https://example.com/schema" } }), "/properties/a/$ref"],
    ["a reference within", object({ a: { $ref: "#" } }), "/properties/a/$ref"],
    ["definitions", object({ a: { type: "string" } }, { $defs: {} }), "/$defs"],
    ["a pattern", object({ a: { type: "string", pattern: "(a+)+$" } }), "/properties/a/pattern"],
    ["another pattern", object({ a: { type: "string" } }, { patternProperties: {} }), "/patternProperties"],
    ["an unknown format", object({ a: { type: "string", format: "regex" } }), "/properties/a/format"],
    ["an unknown type", object({ a: { type: "strin" } }), "/properties/a/type"],
    ["no type", object({ a: { description: "?" } }), "/properties/a"],
    ["no items", object({ a: { type: "array" } }), "/properties/a"],
    ["a bare object within", object({ a: { type: "object" } }), "/properties/a"],
    ["a keyword of another type", object({ a: { type: "string", minimum: 1 } }), "/properties/a/minimum"],
    ["a number that is none", object({ a: { type: "number", minimum: "1" } }), "/properties/a/minimum"],
    ["required, but unknown", object({ a: { type: "string" } }, { required: ["b"] }), "/required"],
    ["required twice", object({ a: { type: "string" } }, { required: ["a", "a"] }), "/required"],
    ["a type twice", object({ a: { type: ["string", "string"] } }), "/properties/a/type"],
    ["an option twice", object({ a: { enum: [1, 1] } }), "/properties/a/enum"],
    ["any other property", object({ a: { type: "string" } }, { additionalProperties: {} }), "/additionalProperties"],
    ["an escaped name", object({ "a/b~": { type: "x" } }), "/properties/a~1b~0/type"],
    ["a name of JavaScript's", object({ constructor: { type: "string" } }), "/properties"],
    [
      "another one",
      JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}') as object,
      "/properties",
    ],
    ["too many levels", nested(9), "/properties/a".repeat(8)],
    ["too many values", object(Object.fromEntries(Array.from({ length: 200 }, (_, n) => [n, { type: "string" }]))), ""],
    ["too many characters", object({ a: { type: "string", description: "x".repeat(20_001) } }), ""],
    [
      "another dialect",
      object({ a: { type: "string" } }, { $schema: "http://json-schema.org/draft-04/schema#" }),
      "/$schema",
    ],
  ] as never)("refuses %s", (_, schema, ...pointers) => {
    expect(pointersOf(schema)).toEqual(pointers);
  });

  it("says which types there are", () => {
    const [problem] = answerSchemaProblems(object({ a: { type: "strng" } }));
    expect(problem?.message).toMatch(/^must be one of object, array, string, .*, or a list of 1 to 3 of them$/);
  });
});

describe("createAnswerCheck()", () => {
  const FORMATS = [
    { format: "date", good: ["2026-02-28", "2024-02-29"], bad: ["2026-02-30", "2026-2-3", "today", "2026-02-28Z"] },
    {
      format: "date-time",
      good: ["2026-02-28T10:00:00Z"],
      bad: ["2026-02-28", "2026-02-30T10:00:00Z", "2026-02-28T25:00:00Z"],
    },
    { format: "uri", good: ["https://example.com/"], bad: ["example", ""] },
    { format: "email", good: ["a@b.c"], bad: ["a b@c", "@b", "@".repeat(50_000)] },
  ];
  it.each(FORMATS)("knows the format $format", ({ format, good, bad }) => {
    const check = createAnswerCheck(object({ a: { type: "string", format } }));
    for (const a of good) expect(check({ a })).toEqual([]);
    for (const a of bad) expect(check({ a })).toMatchObject([{ pointer: "/a" }]);
  });

  it("says where an answer does not fit", () => {
    const schema = object(
      { a: { type: "array", items: { type: "integer" } }, b: { const: 1 } },
      { required: ["a", "b"] },
    );
    expect(createAnswerCheck(schema)({ a: [1, "2"] }).map(({ pointer }) => pointer)).toEqual(["", "/a/1"]);
    expect(createAnswerCheck(schema)("text")).toMatchObject([{ pointer: "" }]);
  });

  const leaf = fc.constantFrom<object>(
    { type: "string" },
    { type: "string", format: "date" },
    { type: ["integer", "null"] },
    { type: "number" },
    { type: "boolean" },
    { enum: ["red", "green", 3] },
    { const: "fixed" },
  );
  const { value } = fc.letrec<{ value: object; properties: Record<string, object> }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.record({ type: fc.constant("array"), items: tie("value"), maxItems: fc.nat(4) }),
      tie("properties").map((properties) => object(properties, { additionalProperties: false })),
      fc.record({ anyOf: fc.tuple(tie("value"), leaf) }),
    ),
    properties: fc.dictionary(fc.stringMatching(/^[a-z][a-zA-Z_ /~$.-]{0,12}$/), tie("value"), {
      minKeys: 1,
      maxKeys: 4,
    }),
  }));

  it("compiles whatever was found right, and the offline model answers it fittingly", () => {
    const text = "The red wheel: 12 spokes. It turned on 3 March 2026.\n- green stones\n- 7 sacks\n";
    let answered = 0;
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), value, { minKeys: 1, maxKeys: 5 }), (properties) => {
        const schema = object(properties);
        if (answerSchemaProblems(schema).length > 0) return;
        answered++;
        expect(createAnswerCheck(schema)(JSON.parse(JSON.stringify(extract(text, schema))))).toEqual([]);
      }),
    );
    expect(answered).toBeGreaterThan(20);
  });
});
