import { describe, expect, it } from "@jest/globals";
import { MillraceError } from "../../src/platform/errors.ts";
import { isStatus, storageUnavailable } from "../../src/platform/storage-errors.ts";

/** As the SDKs throw it. */
function restError(statusCode: number, headers: Readonly<Record<string, string>> = {}): Error {
  const response = { headers: { get: (name: string) => headers[name] } };
  return Object.assign(new Error("AccountName=acme; sig=secret"), { statusCode, response });
}

describe("isStatus()", () => {
  it("knows what storage answered", () => {
    expect(isStatus(restError(412), 409, 412)).toBe(true);
    expect(isStatus(restError(500), 409, 412)).toBe(false);
  });

  it.each([
    ["the error", { code: "TableNotFound" }],
    ["a header", { details: { errorCode: "ContainerBeingDeleted" } }],
    ["a table's answer", { details: { odataError: { code: "TableNotFound" } } }],
  ])("takes an answer about the whole table or container, found in %s, for none about what is in it", (_, facts) => {
    expect(isStatus({ statusCode: 404, ...facts }, 404)).toBe(false);
    expect(isStatus({ statusCode: 404, details: { errorCode: "BlobNotFound" } }, 404)).toBe(true);
  });

  it.each([undefined, null, "text", new Error("reset"), {}])("finds no status in %j", (thrown) => {
    expect(isStatus(thrown, 404)).toBe(false);
  });
});

describe("storageUnavailable()", () => {
  it.each([
    ["503", restError(503)],
    ["403", restError(403)],
    ["a broken connection", Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })],
    ["anything else", "text"],
  ])("makes a passing failure of %s, and keeps its words to the cause", (_, thrown) => {
    const error = storageUnavailable(thrown);
    expect(error).toMatchObject({ code: "STORAGE_UNAVAILABLE", kind: "transient", cause: thrown });
    expect(error.message).not.toMatch(/acme|secret|ECONNRESET/);
    expect(error.retryAfterMs).toBeUndefined();
  });

  it("passes on how long storage asks to wait", () => {
    expect(storageUnavailable(restError(503, { "retry-after": "7" })).retryAfterMs).toBe(7000);
  });

  it.each(["soon", "", "-1", "0"])("asks for no wait when storage says %j", (value) => {
    expect(storageUnavailable(restError(503, { "retry-after": value })).retryAfterMs).toBeUndefined();
  });

  it("leaves an error that has a code as it is", () => {
    const error = new MillraceError("VERSION_CONFLICT", "changed");
    expect(storageUnavailable(error)).toBe(error);
  });
});
