import { describe, expect, it } from "@jest/globals";
import { ERROR_CODES } from "../../src/contract/error-codes.ts";
import type { ErrorCode } from "../../src/contract/error-codes.ts";
import { InvariantError, MillraceError, toMillraceError } from "../../src/platform/errors.ts";

describe("MillraceError", () => {
  it.each(Object.keys(ERROR_CODES) as ErrorCode[])("has the kind that the table gives %s", (code) => {
    expect(new MillraceError(code, "no").kind).toBe(ERROR_CODES[code].kind);
  });

  it("keeps what it was told, and has no cause where none was given", () => {
    const cause = new Error("deeper");
    const error = new MillraceError("PDF_INVALID", "no", { cause, details: { pages: 3 }, retryAfterMs: 5 });
    expect(error).toMatchObject({
      name: "MillraceError",
      message: "no",
      details: { pages: 3 },
      retryAfterMs: 5,
      cause,
    });
    expect(new MillraceError("PDF_INVALID", "no")).not.toHaveProperty("cause");
    expect(new MillraceError("PDF_INVALID", "no").details).toEqual({});
  });
});

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

  it.each([undefined, null, "text", 7, {}])("takes %j for a thrown value like any other", (thrown) => {
    expect(toMillraceError(thrown).code).toBe("UNCLASSIFIED");
  });
});

describe("InvariantError", () => {
  it("carries the id that finds it in the source", () => {
    expect(new InvariantError("a1b2c3d4", "Cannot happen").message).toBe("Cannot happen <a1b2c3d4>");
  });
});
