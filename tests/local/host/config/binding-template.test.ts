import { describe, expect, it } from "@jest/globals";
import { hasExpressions, parseTemplate } from "../../../../local/host/config/binding-template.ts";

describe("parseTemplate()", () => {
  it("splits text, expressions with their formats, and doubled braces", () => {
    expect(parseTemplate("a/{b.c-d:x:y}{{z}}")).toEqual([
      { literal: "a/" },
      { expression: "b.c-d", format: "x:y" },
      { literal: "{" },
      { literal: "z" },
      { literal: "}" },
    ]);
  });
});

describe("hasExpressions()", () => {
  it("is not deceived by doubled braces", () => {
    expect([hasExpressions("{a}"), hasExpressions("{{a}}"), hasExpressions("a")]).toEqual([true, false, false]);
  });
});
