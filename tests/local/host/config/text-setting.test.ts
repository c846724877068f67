import { describe, expect, it } from "@jest/globals";
import { textSetting } from "../../../../local/host/config/text-setting.ts";

describe("textSetting()", () => {
  const binding = { type: "t", direction: "in", name: "%A%-b", empty: "", number: 1 } as const;

  it("replaces settings; what is not set or empty is undefined", () => {
    expect(textSetting(binding, "name", { A: "a" })).toBe("a-b");
    expect([textSetting(binding, "empty", {}), textSetting(binding, "missing", {})]).toEqual([undefined, undefined]);
  });

  it("refuses what is no text", () => {
    expect(() => textSetting(binding, "number", {})).toThrow('"number" must be a text, found 1');
  });
});
