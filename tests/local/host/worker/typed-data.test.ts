import { describe, expect, it } from "@jest/globals";
import { valueOf } from "../../../../local/host/worker/typed-data.ts";

describe("valueOf()", () => {
  it.each([
    [null, undefined],
    [{}, undefined],
    [{ string: "123" }, "123"],
    [{ string: "" }, ""],
    [{ json: '{"a":[1]}' }, { a: [1] }],
    [{ int: "7" }, 7],
    [{ int: 0 }, 0],
    [{ double: 0 }, 0],
    [{ collectionString: { string: ["a"] } }, ["a"]],
    [{ collectionSint64: { sint64: ["1", 2] } }, [1, 2]],
    [{ collectionDouble: { double: [0.5] } }, [0.5]],
  ])("reads %j", (data, expected) => {
    expect(valueOf(data)).toEqual(expected);
  });

  it("hands bytes over as they are", () => {
    const bytes = new Uint8Array([1, 2]);
    expect(valueOf({ bytes })).toBe(bytes);
  });
});
