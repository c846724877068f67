import { describe, expect, it } from "@jest/globals";
import { queryValues } from "../../../../../local/host/triggers/http/request-data.ts";

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
