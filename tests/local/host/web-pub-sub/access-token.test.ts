import { describe, expect, it } from "@jest/globals";
import { createAccessToken } from "../../../../local/host/web-pub-sub/access-token.ts";

describe("createAccessToken()", () => {
  it("is valid from now for as long as it lives, for its audience and user", () => {
    const claims = { audience: "http://x", lifetimeInSeconds: 60, userId: "ada" };
    const [, payload = ""] = createAccessToken("key", claims, new Date(5_900)).split(".");
    expect(JSON.parse(Buffer.from(payload, "base64url").toString())).toEqual({
      sub: "ada",
      nbf: 5,
      exp: 65,
      iat: 5,
      aud: "http://x",
    });
  });
});
