import { describe, expect, it } from "@jest/globals";
import { parseConstraint } from "../../../../../local/host/triggers/http/route-constraints.ts";

describe("parseConstraint()", () => {
  it.each([
    ["int", ["0", "-5", "2147483647"], ["", "1.5", "2147483648", "x"]],
    ["long", ["9223372036854775807"], ["9223372036854775808"]],
    ["bool", ["true", "FALSE"], ["1", "yes"]],
    ["guid", ["6F9619FF-8B86-D011-B42D-00CF4FC964FF"], ["6F9619FF"]],
    ["alpha", ["abcXYZ"], ["a1", "a-b"]],
    ["decimal", ["1", "1.5"], ["x", "1e3"]],
    ["double", ["1.5", "1e3"], ["x", ""]],
    ["datetime", ["2026-11-22", "2026-11-22 10:00"], ["soon"]],
    ["min(3)", ["3", "10"], ["2", "x"]],
    ["max(3)", ["3", "-1"], ["4"]],
    ["range(2,4)", ["2", "4"], ["1", "5", "x"]],
    ["minlength(2)", ["ab"], ["a"]],
    ["maxlength(2)", ["ab", ""], ["abc"]],
    ["length(2)", ["ab"], ["a", "abc"]],
    ["length(2,3)", ["ab", "abc"], ["a", "abcd"]],
    ["required", ["a"], [""]],
    ["file", ["a.txt"], ["a"]],
    ["nonfile", ["a"], ["a.txt"]],
    ["regex(^a+$)", ["aa", "A"], ["b"]],
  ])("%s accepts %j and not %j", (text, accepted, refused) => {
    const accepts = parseConstraint(text);
    expect(accepted.filter((value) => !accepts(value))).toEqual([]);
    expect(refused.filter(accepts)).toEqual([]);
  });
});
