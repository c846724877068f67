import { describe, expect, it } from "@jest/globals";
import { parseBlobPath } from "../../../../local/host/blobs/blob-path.ts";

describe("parseBlobPath()", () => {
  it("splits at the first slash", () => {
    expect(parseBlobPath("in-box/a/b.txt")).toEqual({ container: "in-box", blob: "a/b.txt" });
  });

  it("reads a blob's URL", () => {
    const path = { container: "inbox", blob: "a/b c.txt" };
    expect(parseBlobPath("https://account.blob.core.windows.net/inbox/a/b%20c.txt")).toEqual(path);
    expect(parseBlobPath("http://127.0.0.1:10000/devstoreaccount1/inbox/a/b%20c.txt")).toEqual(path);
  });

  it.each(["inbox", "inbox/", "/a", ""])("refuses '%s'", (text) => {
    expect(() => parseBlobPath(text)).toThrow(/must be in the format 'container\/blob'/);
  });

  it.each(["ab/x", "Upper/x", "a--b/x", "a_b/x"])("refuses the container of '%s'", (text) => {
    expect(() => parseBlobPath(text)).toThrow(/Invalid container name/);
  });
});
