import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { compileRoute } from "../../../../../local/host/triggers/http/route-template.ts";

const match = (template: string, path: string) => compileRoute(template).match(path);

describe("compileRoute()", () => {
  it.each([
    ["jobs", "/jobs", {}],
    ["/jobs/", "/JOBS/", {}],
    ["jobs/{id}", "/jobs/7", { id: "7" }],
    ["jobs/{id?}", "/jobs", {}],
    ["jobs/{id?}", "/jobs/", {}],
    ["jobs/{id=all}", "/jobs", { id: "all" }],
    ["jobs/{a}/{b?}", "/jobs/1", { a: "1" }],
    ["files/{*rest}", "/files/a/b", { rest: "a/b" }],
    ["files/{*rest}", "/files/a/", { rest: "a/" }],
    ["files/{*rest}", "/files/", {}],
    ["files/{*rest}", "/files/a\nb", { rest: "a\nb" }],
    ["files/{**rest}", "/files", {}],
    ["{*rest}", "/", {}],
    ["{name}.{ext}", "/a.b.c", { name: "a.b", ext: "c" }],
    ["{name}.{ext?}", "/a", { name: "a" }],
    ["{name}.{ext?}", "/a.b.c", { name: "a.b", ext: "c" }],
    ["v{version}-x", "/v2-x", { version: "2" }],
    ["a{{b}}c", "/a{b}c", {}],
    ["{id:int}", "/-12", { id: "-12" }],
    ["{id:int?}", "/", {}],
    ["{id:int=5}", "/", { id: "5" }],
    ["{id:int:min(3)}", "/3", { id: "3" }],
    [String.raw`{id:regex(^\d{{3}}-x$)}`, "/123-x", { id: "123-x" }],
    [String.raw`{id:regex(^(a|b)$)}/end`, "/b/end", { id: "b" }],
    ["a.b", "/a.b", {}],
  ])("%s matches %s", (template, path, params) => {
    expect(match(template, path)).toEqual(params);
  });

  it.each([
    ["jobs", "/job"],
    ["jobs", "/jobs/7"],
    ["jobs/{id}", "/jobs"],
    ["jobs/{id}", "/jobs/1/2"],
    ["{id:int}", "/2147483648"],
    ["{id:int:min(3)}", "/2"],
    ["{id:guid}", "/nothing"],
    ["a.b", "/axb"],
    [String.raw`{id:regex(^\d{{3}}$)}`, "/12"],
  ])("%s does not match %s", (template, path) => {
    expect(match(template, path)).toBeUndefined();
  });

  it.each([
    ["{a}/{A}", /appears more than one time/],
    ["{*rest}/x", /catch-all/],
    ["{a", /never closed/],
    ["a}", /unpaired/],
    ["{1a}", /is not a parameter/],
    ["{a?=1}", /cannot have a default/],
    ["{a:unknown}", /The route constraint 'unknown' is not one of int/],
  ])("refuses %s", (template, message) => {
    expect(() => compileRoute(template)).toThrow(message);
  });

  it("finds any value that has no slash in its segment", () => {
    const value = fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => !/[/\n\r\u2028\u2029]/.test(text));
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(match("x/{a}/y/{b}", `/x/${a}/y/${b}`)).toEqual({ a, b });
      }),
    );
  });

  it("matches literals as they are, whatever characters they have", () => {
    const literal = fc.string({ minLength: 1 }).filter((text) => !/[/{}\n\r~]/.test(text));
    fc.assert(
      fc.property(literal, (text) => {
        expect(match(text, `/${text}`)).toEqual({});
      }),
    );
  });
});
