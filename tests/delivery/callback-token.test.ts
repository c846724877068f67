import { describe, expect, it } from "@jest/globals";
import { createCallbackTokens } from "../../src/delivery/callback-token.ts";
import { newId, newOperationId } from "../../src/platform/ids.ts";

const operationId = newOperationId(newId("job", new Date()));
const target = { workspaceId: "acme-2", operationId, step: "read-invoice" };
const tokens = createCallbackTokens("s".repeat(32));

describe("createCallbackTokens()", () => {
  it("reads back what it made, which is always the same and fits a path as it is", () => {
    const token = tokens.make(target);
    expect(tokens.read(token)).toEqual(target);
    expect(tokens.make({ ...target })).toBe(token);
    expect(encodeURIComponent(token)).toBe(token);
  });

  it("knows none that another secret made", () => {
    expect(createCallbackTokens("t".repeat(32)).read(tokens.make(target))).toBeUndefined();
  });

  it("makes tokens by the first of several secrets, and knows those of each", () => {
    const [older, newer] = ["s", "t"].map((letter) => letter.repeat(32));
    const both = createCallbackTokens(`${newer ?? ""} ${older ?? ""}`);
    expect(both.read(tokens.make(target))).toEqual(target);
    expect(both.make(target)).toBe(createCallbackTokens(newer ?? "").make(target));
  });

  it("knows none of which anything was changed", () => {
    const token = tokens.make(target);
    for (let index = 0; index < token.length; index++) {
      const other = token[index] === "a" ? "b" : "a";
      const changed = token.slice(0, index) + other + token.slice(index + 1);
      // The last digit of base64 has bits that stand for nothing.
      if (index < token.length - 1) expect(tokens.read(changed)).toBeUndefined();
    }
    const mac = token.slice(token.lastIndexOf("."));
    expect(tokens.read(`acme-2.${operationId}.publish${mac}`)).toBeUndefined();
    expect(tokens.read(`${token}.`)).toBeUndefined();
  });

  it.each(["", ".", "...", "acme", "a.b.c.d", "é", "x".repeat(5000)])("knows nothing of %j", (token) => {
    expect(tokens.read(token)).toBeUndefined();
  });
});
