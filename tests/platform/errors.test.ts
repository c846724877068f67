import { describe, expect, it } from "@jest/globals";
import { MillraceError, toMillraceError } from "../../src/platform/errors.ts";

describe("toMillraceError()", () => {
  it("keeps an error that already has a code", () => {
    const error = new MillraceError("PDF_ENCRYPTED", "locked");
    expect(toMillraceError(error)).toBe(error);
  });

  it("makes anything else a transient UNCLASSIFIED one that does not repeat the text", () => {
    const error = toMillraceError(new Error("AccountKey=secret"));
    expect(error).toMatchObject({ code: "UNCLASSIFIED", kind: "transient" });
    expect(error.message).not.toContain("secret");
  });
});
