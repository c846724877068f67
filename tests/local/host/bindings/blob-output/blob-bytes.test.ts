import { describe, expect, it } from "@jest/globals";
import { blobBytes } from "../../../../../local/host/bindings/blob-output/blob-bytes.ts";
import type { TypedData } from "../../../../../local/host/worker/protocol.ts";

describe("blobBytes()", () => {
  it.each<[TypedData, string]>([
    [{ string: "ä" }, "c3a4"],
    [{ string: "" }, ""],
    [{ bytes: Buffer.from([0, 255]) }, "00ff"],
    [{ json: '{ "a": [1] }' }, Buffer.from('{"a":[1]}').toString("hex")],
    [{ json: "true" }, "01"],
    [{ int: 258 }, "02010000"],
    [{ int: -1 }, "ffffffff"],
    [{ double: 0.5 }, "000000000000e03f"],
  ])("writes %j as .NET does", (data, hex) => {
    expect(blobBytes(data)?.toString("hex")).toBe(hex);
  });

  it("has nothing to write for null and for no value", () => {
    expect([blobBytes({}), blobBytes({ json: "null" })]).toEqual([undefined, undefined]);
  });
});
