import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { fillFrom, findFrom, valueAt } from "../../src/batches/from.ts";
import { escapePointer } from "../../src/contract/field-errors.ts";

describe("findFrom()", () => {
  it("finds each place with where it stands", () => {
    const payload = {
      text: { $from: "a" },
      list: [1, { $from: "b", path: "/x/0" }],
      "a/b~c": { deep: { $from: "a" } },
    };
    const { places, errors } = findFrom(payload);
    expect(errors).toEqual([]);
    expect([...places].sort((one, other) => (one.pointer < other.pointer ? -1 : 1))).toEqual([
      { pointer: "/a~1b~0c/deep", key: "a", path: "" },
      { pointer: "/list/1", key: "b", path: "/x/0" },
      { pointer: "/text", key: "a", path: "" },
    ]);
  });

  it.each([{ $from: 1 }, { $from: "a", path: "x" }, { $from: "a", path: "/~2" }, { $from: "a", more: true }])(
    "refuses %j",
    (value) => {
      expect(findFrom({ text: value })).toMatchObject({ places: [], errors: [{ pointer: "/text" }] });
    },
  );
});

describe("fillFrom()", () => {
  it("fills every place and nothing else", () => {
    const payload = { text: { $from: "a", path: "/s" }, list: [{ $from: "b" }, { path: "/s" }] };
    const results: Readonly<Record<string, unknown>> = { a: { s: "hi" }, b: [1, 2] };
    expect(fillFrom(payload, ({ key, path }) => valueAt(results[key], path))).toEqual({
      text: "hi",
      list: [[1, 2], { path: "/s" }],
    });
  });

  it("takes a place in what it fills in for data", () => {
    const injected = { $from: "secret" };
    expect(fillFrom({ text: { $from: "a" } }, ({ key }) => (key === "a" ? { inner: [injected] } : "never"))).toEqual({
      text: { inner: [injected] },
    });
    expect(fillFrom([{ $from: "a" }], () => injected)).toEqual([injected]);
  });

  it("makes null of a value that there is not", () => {
    expect(fillFrom({ text: { $from: "a" } }, () => undefined)).toEqual({ text: null });
  });

  it("leaves a payload without places as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: "small" }), (payload) => {
        fc.pre(!JSON.stringify(payload).includes("$from"));
        expect(findFrom(payload)).toEqual({ places: [], errors: [] });
        expect(fillFrom(payload, () => "never")).toEqual(JSON.parse(JSON.stringify(payload)));
      }),
    );
  });
});

describe("valueAt()", () => {
  it("finds every value by its pointer (RFC 6901)", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 4 }), (names) => {
        const document = names.reduceRight<unknown>((inner, name) => Object.fromEntries([[name, inner]]), "found");
        const pointer = names.map((name) => `/${escapePointer(name)}`).join("");
        expect(valueAt(document, pointer)).toBe("found");
      }),
    );
  });

  it.each(["/nothing", "/list/2", "/list/length", "/toString", "/text/0", "/none/x"])("finds nothing at %s", (path) => {
    expect(valueAt({ list: [1, 2], text: "hi", none: null }, path)).toBeUndefined();
  });
});
