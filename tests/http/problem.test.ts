import { describe, expect, it } from "@jest/globals";
import { ERROR_CODES } from "../../src/contract/error-codes.ts";
import type { ErrorCode, ErrorCodeEntry } from "../../src/contract/error-codes.ts";
import { problemSchema } from "../../src/contract/problem.ts";
import { toProblemReply } from "../../src/http/problem.ts";
import { InvariantError, MillraceError } from "../../src/platform/errors.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const CODES = Object.entries(ERROR_CODES) as [ErrorCode, ErrorCodeEntry][];
const problemOf = (thrown: unknown) => {
  const { status, headers, text } = toProblemReply(thrown, TRACE);
  return { status, headers, problem: problemSchema.parse(JSON.parse(text ?? "")) };
};

describe("toProblemReply()", () => {
  it.each(CODES.filter(([, entry]) => entry.status && entry.status !== 500))(
    "tells of %s",
    (code, { status, kind }) => {
      const reply = problemOf(new MillraceError(code, "What happened"));
      expect(reply.problem).toEqual({
        type: `/problems/${code.toLowerCase().replaceAll("_", "-")}`,
        title: ERROR_CODES[code].title,
        status,
        detail: "What happened",
        code,
        trace_id: TRACE,
      });
      expect(reply).toMatchObject({ status, headers: { "content-type": "application/problem+json" } });
      if (kind === "transient") expect(reply.headers).toHaveProperty("retry-after");
      if (kind === "permanent") expect(reply.headers).not.toHaveProperty("retry-after");
    },
  );

  it.each([
    ["an unknown error", new Error("AccountKey=secret")],
    ["a broken invariant", new InvariantError("a1b2c3d4", "secret")],
    ["a text", "secret"],
    ["nothing", undefined],
    ["a code that no request should meet", new MillraceError("PDF_ENCRYPTED", "secret")],
    ["INTERNAL itself", new MillraceError("INTERNAL", "secret")],
  ])("says of %s no more than that something went wrong", (_, thrown) => {
    const { status, problem } = problemOf(thrown);
    expect([status, problem.code]).toEqual([500, "INTERNAL"]);
    expect(JSON.stringify(problem)).not.toContain("secret");
  });

  it("points at fields, and passes no other detail on", () => {
    const errors = [{ pointer: "/payload/x", message: "is required" }];
    const { problem } = problemOf(
      new MillraceError("VALIDATION_FAILED", "no", { details: { errors, queue: "secret" } }),
    );
    expect(problem.errors).toEqual(errors);
    expect(JSON.stringify(problem)).not.toContain("secret");
    expect(
      problemOf(new MillraceError("VALIDATION_FAILED", "no", { details: { errors: "x" } })).problem,
    ).not.toHaveProperty("errors");
  });

  it.each([
    [1, "1"],
    [1001, "2"],
    [7000, "7"],
    [undefined, "2"],
  ])("asks to wait %j ms as %j whole seconds", (retryAfterMs, seconds) => {
    const { headers } = problemOf(new MillraceError("STORAGE_UNAVAILABLE", "no", { retryAfterMs }));
    expect(headers?.["retry-after"]).toBe(seconds);
  });
});
