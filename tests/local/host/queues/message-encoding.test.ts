import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { decodeMessage, encodeMessage } from "../../../../local/host/queues/message-encoding.ts";

describe("decodeMessage()", () => {
  it("gives back whatever text was encoded", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(decodeMessage(encodeMessage(text, "base64"), "base64")).toBe(text);
        expect(decodeMessage(encodeMessage(text, "none"), "none")).toBe(text);
      }),
    );
  });

  it("takes white space within base64, as .NET does", () => {
    expect(decodeMessage(" aGVs\r\nbG8= ", "base64")).toBe("hello");
  });

  it.each(["hello world", "aGVsbG8", "aGVsbG8==", "{}", "aGVs-G8="])("refuses %j as base64", (text) => {
    expect(() => decodeMessage(text, "base64")).toThrow(/is not base64, which "extensions\.queues\.messageEncoding"/);
  });

  it("encodes bytes as they are", () => {
    expect(encodeMessage(new Uint8Array([255, 0]), "base64")).toBe("/wA=");
  });
});
