import { describe, expect, it } from "@jest/globals";
import { workspaceOf } from "../../src/identity/workspace.ts";

describe("workspaceOf()", () => {
  it.each([null, ""])("is the default one when the header is %j", (header) => {
    expect(workspaceOf(header)).toBe("default");
  });

  it.each(["a", "0", "acme", "acme-2", "a".repeat(39)])("is the one that the header names: %s", (header) => {
    expect(workspaceOf(header)).toBe(header);
  });

  it.each(["-a", "Acme", "a_b", "a b", "a'b", "a/b", "a:b", "..", "a".repeat(40), "é", "a\n", "a,b"])(
    "refuses %j: it becomes part of every storage key",
    (header) => {
      expect(() => workspaceOf(header)).toThrow("x-millrace-workspace takes");
    },
  );
});
