import { describe, expect, it } from "@jest/globals";
import type { HttpCall } from "../../../../../local/host/triggers/http/http-call.ts";
import { bindingData, queryValues } from "../../../../../local/host/triggers/http/request-data.ts";

describe("queryValues()", () => {
  it("joins the values of a repeated key", () => {
    expect(queryValues("/path?x=1&y=a%20b&x=2")).toEqual({ x: "1,2", y: "a b" });
  });

  it("takes names that every object has for keys like any other", () => {
    const values = queryValues("/path?constructor=1&toString=2&toString=3&__proto__=4");
    expect(Object.entries(values)).toEqual([
      ["constructor", "1"],
      ["toString", "2,3"],
      ["__proto__", "4"],
    ]);
  });
});

describe("bindingData()", () => {
  const call = (url: string, params = {}) =>
    ({ request: { url, headers: { "x-tenant": "t" } }, params }) as unknown as HttpCall;

  it("prefers the route over the query over the body, and adds query and headers as a whole", () => {
    const body = Buffer.from('{"a": "body", "b": "body", "c": {"d": 1}}');
    expect(bindingData(call("/x?a=query&b=query&code=secret", { a: "route" }), body)).toEqual({
      a: "route",
      b: "query",
      c: { d: 1 },
      Query: { a: "query", b: "query", code: "secret" },
      Headers: { "x-tenant": "t" },
    });
  });

  it("takes nothing from a body that is no JSON object", () => {
    expect(bindingData(call("/x"), Buffer.from("[1]"))).toEqual({ Query: {}, Headers: { "x-tenant": "t" } });
    expect(bindingData(call("/x"), Buffer.from("text"))).toEqual({ Query: {}, Headers: { "x-tenant": "t" } });
  });
});
