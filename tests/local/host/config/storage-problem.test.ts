import { QueueServiceClient } from "@azure/storage-queue";
import { describe, expect, it } from "@jest/globals";
import { storageProblem } from "../../../../local/host/config/storage-problem.ts";

describe("storageProblem()", () => {
  it("points to the emulator when nobody answers", async () => {
    const client = new QueueServiceClient("http://127.0.0.1:9/one", undefined, { retryOptions: { maxTries: 1 } });
    const problem = await client.getProperties().then(() => "none", storageProblem);
    expect(problem).toMatch(/ECONNREFUSED 127\.0\.0\.1:9\. Start the storage emulator/);
  });

  it("leaves other reasons as they are", () => {
    expect(storageProblem(new Error("no such account"))).toBe("no such account");
    expect(storageProblem(null)).toBe("null");
  });
});
