import { describe, expect, it } from "@jest/globals";
import { messageContents } from "../../../../../local/host/bindings/queue-output/message-contents.ts";

describe("messageContents()", () => {
  it.each([
    [{ string: "text" }, ["text"]],
    [{ string: "" }, [""]],
    [{ string: '["a", 1]' }, ["a", "1"]],
    [{ string: "[not json]" }, ["[not json]"]],
    [{ string: '{"a":1}' }, ['{"a":1}']],
    [{ json: '{"a":1}' }, ['{\n  "a": 1\n}']],
    [{ json: '["a",{"b":1},3,true]' }, ["a", '{\n  "b": 1\n}', "3", "true"]],
    [{ json: "true" }, ["true"]],
    [{ json: "[]" }, []],
    [{ json: "null" }, []],
    [{ int: 3 }, ["3"]],
    [{ double: 1.5 }, ["1.5"]],
    [{}, []],
  ])("makes of %j the messages %j", (data, expected) => {
    expect(messageContents(data)).toEqual(expected);
  });

  it("sends bytes as one message", () => {
    const bytes = new Uint8Array([1]);
    expect(messageContents({ bytes })).toEqual([bytes]);
  });
});
