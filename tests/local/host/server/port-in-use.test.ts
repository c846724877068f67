import { describe, expect, it } from "@jest/globals";
import { parseLsof } from "../../../../local/host/server/port-in-use.ts";

describe("parseLsof()", () => {
  it("reads the first process", () => {
    expect(parseLsof("p4711\ncnode\nf21\n")).toEqual({ pid: 4711, command: "node" });
  });

  it("knows nobody when there is no output", () => {
    expect(parseLsof("")).toBeUndefined();
  });
});
