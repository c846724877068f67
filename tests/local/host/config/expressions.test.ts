import { describe, expect, it } from "@jest/globals";
import { resolveBindingExpressions, resolveSettings } from "../../../../local/host/config/expressions.ts";
import { systemBindingData } from "../../../../local/host/config/system-binding-data.ts";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe("resolveSettings()", () => {
  it("replaces every setting and leaves the rest", () => {
    expect(resolveSettings("a-%X%-%Y%-100%", { X: "1", Y: "" })).toBe("a-1--100%");
  });

  it("says which setting is missing", () => {
    expect(() => resolveSettings("%MISSING%", {})).toThrow("'%MISSING%' does not resolve to a value.");
  });
});

describe("resolveBindingExpressions()", () => {
  const data = () => ({
    sys: systemBindingData("myFunction"),
    Id: "7",
    customer: { Name: "ada", nothing: null },
    count: 3,
    yes: true,
    headers: { "x-tenant": "t" },
  });
  const resolve = (text: string) => resolveBindingExpressions(text, data);

  it("replaces names without regard to case, also nested ones, numbers and booleans", () => {
    expect(resolve("{id}-{Customer.name}-{count}-{yes}-{Headers.X-Tenant}")).toBe("7-ada-3-true-t");
  });

  it("takes the last of two names that differ only in case", () => {
    expect(resolveBindingExpressions("{id}", () => ({ ID: "body", id: "route" }))).toBe("route");
  });

  it("writes doubled braces as single ones", () => {
    expect(resolve("{{{id}}}")).toBe("{7}");
  });

  it("makes a new id for {rand-guid} and {sys.randguid}, in the format asked for", () => {
    expect(resolve("{rand-guid}")).toMatch(UUID);
    expect(resolve("{sys.RandGuid}")).toMatch(UUID);
    expect(resolve("{rand-guid:N}")).toMatch(/^[0-9a-f]{32}$/);
    expect(resolve("{rand-guid}")).not.toBe(resolve("{rand-guid}"));
  });

  it("writes the time for {DateTime} and {sys.utcnow}, in the format asked for, and the function's name", () => {
    const iso = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/;
    expect(resolve("{DateTime}")).toMatch(iso);
    expect(resolve("{sys.utcnow}")).toMatch(iso);
    expect(resolve("{datetime:yyyy/MM/dd}")).toMatch(/^\d{4}\/\d\d\/\d\d$/);
    expect(resolve("{sys.UtcNow:yyyy}")).toMatch(/^\d{4}$/);
    expect(resolve("{sys.MethodName}")).toBe("myFunction");
  });

  it("prefers binding data over what is built in", () => {
    expect(resolveBindingExpressions("{datetime}", () => ({ DateTime: "mine" }))).toBe("mine");
  });

  it("leaves out what is null inside a value", () => {
    expect(resolve("<{customer.nothing}>")).toBe("<>");
  });

  it.each([
    ["{missing}", "No value for named parameter 'missing'."],
    ["{customer.age}", "Error while accessing 'age': property doesn't exist."],
    ["{customer}", /'\{customer\}' must name a text, number or boolean, found \{"Name"/],
    ["{sys.nothing}", "Error while accessing 'nothing': property doesn't exist."],
    ["{rand-guid:Q}", "The format of a GUID is N, D, B or P, found 'Q'"],
    ["{id", "Invalid template '{id'. Missing closing bracket at position 1."],
    ["id}", "Invalid template 'id}'. Missing opening bracket at position 3."],
    ["a{}", "Invalid template 'a{}'. The parameter name at position 2 is empty."],
    ["{a-b}", "Invalid template '{a-b}'. Invalid template expression 'a-b'."],
  ])("refuses %s", (text, reason) => {
    expect(() => resolve(text)).toThrow(reason);
  });
});
