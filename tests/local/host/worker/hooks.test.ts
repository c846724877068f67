import { describe, expect, it } from "@jest/globals";
import { hookContext } from "../../../../local/host/worker/hooks.ts";

describe("hookContext()", () => {
  it("lets open properties be replaced and refuses to replace the fixed ones", () => {
    const context: Record<string, unknown> = hookContext({ hookData: {} }, { inputs: [1] });
    context["inputs"] = [2];
    expect(context["inputs"]).toEqual([2]);
    expect(() => {
      context["hookData"] = {};
    }).toThrow("Cannot assign to read-only property 'hookData'");
    expect(Object.keys(context).sort()).toEqual(["hookData", "inputs"]);
  });
});
