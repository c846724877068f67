import { QueueServiceClient } from "@azure/storage-queue";
import { describe, expect, it } from "@jest/globals";
import { takeStorageAccount } from "./storage-account.ts";

describe("takeStorageAccount()", () => {
  it("hands out accounts that do not see each other", async () => {
    const [one, other] = [takeStorageAccount(), takeStorageAccount()].map((text) =>
      QueueServiceClient.fromConnectionString(text),
    );
    await one?.getQueueClient("shared-name").create();
    expect(await other?.getQueueClient("shared-name").exists()).toBe(false);
  });
});
