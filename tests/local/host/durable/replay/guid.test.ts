import { describe, expect, it } from "@jest/globals";
import { guidOf } from "../../../../../local/host/durable/replay/guid.ts";

describe("guidOf()", () => {
  it("gives the version 5 GUID of the name in the Durable extension's namespace", () => {
    expect(guidOf("instance_2026-01-01T00:00:00.000Z_0")).toBe("e6dfabc7-5dd6-5092-8de3-96fa8fc9c824");
  });
});
