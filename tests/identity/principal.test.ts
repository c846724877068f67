import { describe, expect, it } from "@jest/globals";
import { isSamePrincipal, principalOf } from "../../src/identity/principal.ts";

describe("principalOf()", () => {
  it.each([null, "", "  "])("is nobody when the header is %j", (header) => {
    expect(principalOf(header)).toBeUndefined();
  });

  it.each(["alice@example.com", " alice@example.com ", "Zoë Ågren", "a".repeat(256)])(
    "is who it names: %s",
    (header) => {
      expect(principalOf(header)).toBe(header.trim());
    },
  );

  it.each(["a".repeat(257), "a\u0007b", "a\nb"])("refuses what is no name", (header) => {
    expect(() => principalOf(header)).toThrow("x-ms-client-principal-name takes");
  });
});

describe("isSamePrincipal()", () => {
  it("does not tell upper from lower case", () => {
    expect(isSamePrincipal("Alice@Example.com", "alice@example.com")).toBe(true);
  });

  it("takes nobody for nobody else", () => {
    expect(isSamePrincipal(undefined, undefined)).toBe(false);
    expect(isSamePrincipal("alice", undefined)).toBe(false);
    expect(isSamePrincipal("alice", "bob")).toBe(false);
  });
});
