import { describe, expect, it } from "@jest/globals";
import { acceptTraceparent, traceIdOf } from "../../src/platform/trace.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const VALID = `00-${TRACE_ID}-b7ad6b7169203331-01`;

describe("acceptTraceparent()", () => {
  it("keeps a valid one, sampled or not", () => {
    expect(acceptTraceparent(VALID)).toBe(VALID);
    expect(acceptTraceparent(VALID.replace(/01$/, "00"))).toBe(VALID.replace(/01$/, "00"));
  });

  it.each([
    ["nothing", null],
    ["an empty one", ""],
    ["an unknown version", VALID.replace(/^00/, "ff")],
    ["capital letters", VALID.toUpperCase()],
    ["a trace id of zeros", VALID.replace(TRACE_ID, "0".repeat(32))],
    ["a parent id of zeros", VALID.replace("b7ad6b7169203331", "0".repeat(16))],
    ["a short trace id", VALID.replace(TRACE_ID, "0af7")],
    ["more behind it", `${VALID}-extra`],
    ["a line break", `${VALID}\n`],
  ])("makes a new one of %s", (_, header) => {
    const made = acceptTraceparent(header);
    expect(made).not.toBe(header);
    expect(acceptTraceparent(made)).toBe(made);
    expect(made).not.toBe(acceptTraceparent(header));
  });
});

describe("traceIdOf()", () => {
  it("gives the 32 digits that tie a request together", () => {
    expect(traceIdOf(VALID)).toBe(TRACE_ID);
    expect(traceIdOf("nonsense")).toBe("");
  });
});
