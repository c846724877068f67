import { describe, expect, it } from "@jest/globals";
import { signWebhook } from "../../src/delivery/sign.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

describe("signWebhook()", () => {
  // The vector of the specification's own reference implementations.
  it("signs as Standard Webhooks has it", () => {
    const id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const at = new Date(1_614_265_330_999);
    expect(signWebhook(SECRET, { id, body: '{"test": 2432232314}', at })).toEqual({
      "webhook-id": id,
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  it("signs with each of several secrets, so that receivers can change theirs one after the other", () => {
    const sent = { id: "a", body: "b", at: new Date(0) };
    const other = `whsec_${"A".repeat(32)}`;
    const [first, second] = [SECRET, other].map((secret) => signWebhook(secret, sent)["webhook-signature"]);
    expect(signWebhook(`${SECRET} ${other}`, sent)["webhook-signature"]).toBe(`${first ?? ""} ${second ?? ""}`);
  });

  it("signs id, time and body", () => {
    const signed = { id: "a", body: "b", at: new Date(0) };
    const signatures = [signed, { ...signed, id: "c" }, { ...signed, body: "c" }, { ...signed, at: new Date(1000) }];
    const distinct = new Set(signatures.map((each) => signWebhook(SECRET, each)["webhook-signature"]));
    expect(distinct.size).toBe(4);
  });
});
