import { QueueServiceClient } from "@azure/storage-queue";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { poisonViewSchema } from "../../src/contract/poison-view.ts";
import { pickyApp } from "../support/failed-job.ts";
import type { TestApp } from "../support/test-app.ts";

describe("GET /api/ops/poison", () => {
  let test: TestApp;
  let envelope: unknown;
  beforeAll(async () => {
    test = await pickyApp();
    await test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text: "hi" } } });
    const [text = ""] = await test.peek("job-requests");
    envelope = JSON.parse(text);
    const queue = test.app.storage.queue("job-requests-poison");
    await queue.put(text);
    await queue.put("?".repeat(3000));
  });

  it("shows what no function has read yet, as it stands there", async () => {
    const answer = await test.request("GET", "/api/ops/poison");
    const { value } = poisonViewSchema.parse(answer.json);
    expect(value.map(({ capability, priority, approximate_count: n }) => [`${capability} ${priority}`, n])).toEqual([
      ["documents high", 0],
      ["documents normal", 2],
      ["documents low", 0],
      ["images high", 0],
      ["images normal", 0],
      ["images low", 0],
      ["intake-queue normal", 0],
      ["batch-queue normal", 0],
    ]);
    expect(value[1]?.messages).toMatchObject([{ envelope, dequeue_count: 0 }, { text: "?".repeat(2000) }]);
    expect(value[1]?.messages[1]).not.toHaveProperty("envelope");
  });

  it("changes nothing by looking: not the count of deliveries, nor when they can be had (R-224)", async () => {
    const client = QueueServiceClient.fromConnectionString(test.connectionString).getQueueClient("job-requests-poison");
    const state = async () => (await client.peekMessages({ numberOfMessages: 32 })).peekedMessageItems;
    const before = await state();
    const looks = [await test.request("GET", "/api/ops/poison"), await test.request("GET", "/api/ops/poison")];
    expect(looks[0]?.json).toEqual(looks[1]?.json);
    expect(await state()).toEqual(before);
    const { receivedMessageItems } = await client.receiveMessages({ numberOfMessages: 32 });
    expect(receivedMessageItems.map(({ dequeueCount }) => dequeueCount)).toEqual([1, 1]);
  });

  it("shows one capability", async () => {
    const asked = async (query: string) =>
      poisonViewSchema.parse((await test.request("GET", `/api/ops/poison${query}`)).json);
    expect((await asked("?capability=images")).value).toMatchObject(
      ["high", "normal", "low"].map((priority) => ({ capability: "images", priority })),
    );
  });

  it("refuses a capability that there is not, and names those that there are", async () => {
    const answer = await test.request("GET", "/api/ops/poison?capability=document");
    expect(answer).toMatchObject({ status: 400, json: { code: "INVALID_QUERY" } });
    expect(answer.text).toContain("documents, images, intake-queue");
  });

  it("names no queue", async () => {
    expect((await test.request("GET", "/api/ops/poison")).text).not.toMatch(/job-requests|poison/);
  });
});
