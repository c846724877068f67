import { describe, expect, it } from "@jest/globals";
import { resolveBindingExpressions, resolveSettings } from "../../../../local/host/config/expressions.ts";

describe("resolveSettings()", () => {
  it("replaces every setting and leaves the rest", () => {
    expect(resolveSettings("a-%X%-%Y%-100%", { X: "1", Y: "" })).toBe("a-1--100%");
  });

  it("says which setting is missing", () => {
    expect(() => resolveSettings("%MISSING%", {})).toThrow("'%MISSING%' does not resolve to a value.");
  });
});

describe("resolveBindingExpressions()", () => {
  const data = () => ({ Id: "7", customer: { Name: "ada" }, count: 3 });

  it("replaces names without regard to case, also nested ones and numbers", () => {
    expect(resolveBindingExpressions("{id}-{Customer.name}-{count}", data)).toBe("7-ada-3");
  });

  it("makes a new id for {rand-guid}", () => {
    expect(resolveBindingExpressions("{rand-guid}", data)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("says which value is missing", () => {
    expect(() => resolveBindingExpressions("{customer.age}", data)).toThrow(
      "No value for named parameter 'customer.age'.",
    );
  });
});
