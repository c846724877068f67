import { describe, expect, it } from "@jest/globals";
import { formatCookie } from "../../../../../local/host/triggers/http/cookies.ts";

describe("formatCookie()", () => {
  it("encodes name and value, and applies to the whole site unless told otherwise", () => {
    expect(formatCookie({ name: "a b", value: "c;d", sameSite: "none" })).toBe("a%20b=c%3Bd; path=/");
  });

  it("writes every attribute it is given", () => {
    const cookie = formatCookie({
      name: "a",
      value: "b",
      expires: { value: { seconds: 1_700_000_000 } },
      maxAge: { value: 60.9 },
      domain: { value: "example.org" },
      path: { value: "/p" },
      secure: { value: true },
      sameSite: "explicitNone",
      httpOnly: { value: true },
    });
    expect(cookie).toBe(
      "a=b; expires=Tue, 14 Nov 2023 22:13:20 GMT; max-age=60; domain=example.org; path=/p; secure; samesite=none; httponly",
    );
  });

  it("keeps a max-age of 0, which deletes the cookie", () => {
    expect(formatCookie({ name: "a", value: "", maxAge: { value: 0 } })).toBe("a=; max-age=0; path=/");
  });
});
