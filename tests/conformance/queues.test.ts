import { beforeAll, describe, expect, it } from "@jest/globals";
import { openTestQueues } from "../local/host/support/queues.ts";
import type { TestQueues } from "../local/host/support/queues.ts";
import { useConformanceHost } from "./support/conformance-host.ts";
import { moduleSystems } from "./support/module-systems.ts";

describe.each(moduleSystems)("queue functions (%s)", (moduleSystem) => {
  const host = useConformanceHost(moduleSystem);
  let queues: TestQueues;
  beforeAll(async () => {
    queues = openTestQueues(host.storage);
    await queues.create("incoming-orders", "failing", "to-route", "letter-requests");
  });

  it("take a message from the queue that a setting names, and what they return is a message (R-075)", async () => {
    await queues.send("incoming-orders", { number: 7, lines: [{ part: "wheel" }] });
    const receipt = await queues.takeJson<{ order: object; type: string; metadata: object }>("receipts");
    expect(receipt).toMatchObject({ order: { number: 7, lines: [{ part: "wheel" }] }, type: "object" });
  });

  it("know of the message what the queue knows, and what is in it", async () => {
    const stamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/) as unknown;
    await queues.send("incoming-orders", { customer: "Ada", paid: true, total: 12.5, address: { city: "Ulm" } });
    const { metadata } = await queues.takeJson<{ metadata: object }>("receipts");
    expect(metadata).toMatchObject({
      dequeueCount: 1,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      popReceipt: expect.any(String),
      expirationTime: stamp,
      insertionTime: stamp,
      nextVisibleTime: stamp,
      queueTrigger: { customer: "Ada", paid: true, total: 12.5, address: { city: "Ulm" } },
      customer: "Ada",
      address: { city: "Ulm" },
    });
  });

  it("see a property of the body in place of a fact of the same name", async () => {
    await queues.send("incoming-orders", { id: "mine" });
    expect(await queues.takeJson("receipts")).toMatchObject({ metadata: { id: "mine" } });
  });

  it.each([
    ["plain words", "string", "plain words"],
    ["123", "number", 123],
    ["true", "boolean", true],
    ['"quoted"', "string", "quoted"],
    ["[1,2]", "object", [1, 2]],
  ])("get a text that is JSON parsed: %s", async (text, type, order) => {
    await queues.send("incoming-orders", text);
    expect(await queues.takeJson("receipts")).toMatchObject({ type, order });
  });

  it("are tried again when they fail", async () => {
    await queues.send("failing", { failures: 2 });
    expect(await queues.takeJson("attempts")).toEqual({ attempt: 3 });
  });

  it("give a message up to the poison queue, unchanged, after the configured number of times (R-215)", async () => {
    const text = JSON.stringify({ failures: 99, note: "ä" });
    await queues.send("failing", text);
    expect(await queues.take("failing-poison")).toBe(text);
  });

  it("never see a message that is not base64: it is poison", async () => {
    await queues.sendRaw("incoming-orders", "no base64!");
    expect(await queues.take("incoming-orders-poison")).toContain("no base64!");
  });

  it("make a message of each element of a list, objects as indented JSON", async () => {
    await host.api("sendSeveral", { method: "POST", body: JSON.stringify(["text", { a: 1 }, 3, true]) });
    const taken = [];
    for (let count = 0; count < 4; count++) taken.push(await queues.take("several"));
    expect(taken.sort()).toEqual(["3", "text", "true", '{\n  "a": 1\n}'].sort());
    expect(await queues.takeJson("copies")).toEqual({ count: 4 });
  });

  it("send to the queue that the message itself names", async () => {
    await queues.send("to-route", { customer: { name: "ada" }, region: "north", text: "for Ada" });
    expect(await queues.take("for-ada-north")).toBe("for Ada");
  });
});
