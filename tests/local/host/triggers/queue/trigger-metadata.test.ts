import { describe, expect, it } from "@jest/globals";
import { triggerMetadata } from "../../../../../local/host/triggers/queue/trigger-metadata.ts";

const message = {
  messageId: "the-id",
  popReceipt: "the-receipt",
  dequeueCount: 2,
  insertedOn: new Date("2026-11-22T02:05:44Z"),
  expiresOn: new Date("2026-11-29T02:05:44Z"),
  nextVisibleOn: new Date("2026-11-22T02:15:44.250Z"),
  messageText: "",
};

describe("triggerMetadata()", () => {
  it("has the message's facts in the forms of the real host", () => {
    expect(triggerMetadata("plain", message)).toEqual({
      QueueTrigger: { string: "plain" },
      DequeueCount: { json: "2" },
      ExpirationTime: { json: '"2026-11-29T02:05:44+00:00"' },
      Id: { string: "the-id" },
      InsertionTime: { json: '"2026-11-22T02:05:44+00:00"' },
      NextVisibleTime: { json: '"2026-11-22T02:15:44.25+00:00"' },
      PopReceipt: { string: "the-receipt" },
    });
  });

  it("adds the properties of a JSON body, which hide facts of the same name in any case", () => {
    const metadata = triggerMetadata('{"id":"mine","n":1,"b":true,"o":{"x":1},"list":[1],"none":null}', message);
    expect(metadata).toMatchObject({
      Id: { string: "mine" },
      n: { string: "1" },
      b: { string: "true" },
      o: { json: '{"x":1}' },
    });
    expect(metadata).not.toHaveProperty("id");
    expect(metadata).not.toHaveProperty("list");
    expect(metadata).not.toHaveProperty("none");
  });

  it.each(["[1]", '"text"', "{broken}", "null"])("takes nothing from the body %j", (text) => {
    expect(Object.keys(triggerMetadata(text))).toEqual(["QueueTrigger"]);
  });
});
