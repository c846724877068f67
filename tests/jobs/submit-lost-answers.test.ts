import { describe, expect, it } from "@jest/globals";
import { submitJob } from "../../src/jobs/submit.ts";
import type { SubmitCommand } from "../../src/jobs/submit.ts";
import { echoProfile } from "../support/profiles.ts";
import { takeStorageAccount } from "../support/storage-account.ts";
import { startStorageProxy } from "../support/storage-proxy.ts";
import { createTestApp } from "../support/test-app.ts";

const command = (text: string): SubmitCommand => ({
  workspaceId: "default",
  jobType: "echo",
  payload: { text },
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
});
const TOO_LARGE_FOR_A_ROW = "x".repeat(50_000);

describe("submitJob() when answers are lost", () => {
  async function behindProxy() {
    const proxy = await startStorageProxy(takeStorageAccount(), "Table");
    const environment = { AzureWebJobsStorage: proxy.connectionString };
    return { proxy, test: await createTestApp({ profiles: [echoProfile()], environment }) };
  }

  it("finds its own row by the write's id when every answer was lost (P1, P7)", async () => {
    const { proxy, test } = await behindProxy();
    proxy.loseAnswer("POST", "reset");
    proxy.refuse("POST", "reset");
    proxy.refuse("POST", "reset");
    const { job, replayed } = await submitJob(test.app, { ...command(TOO_LARGE_FOR_A_ROW), idempotencyKey: "k" });
    expect(replayed).toBe(false);
    await test.deliver("job-requests");
    expect((await test.app.jobs.require(job)).job.phase).toBe("done");
    await proxy.stop();
  });

  it("keeps the payload of a job whose row may have been written, when nothing can be read either", async () => {
    const { proxy, test } = await behindProxy();
    const keyed = { ...command(TOO_LARGE_FOR_A_ROW), idempotencyKey: "k" };
    const create: typeof test.app.jobs.create = async (...rows) => {
      proxy.loseAnswer("POST", "reset");
      for (let tries = 0; tries < 2; tries++) proxy.refuse("POST", "reset");
      for (let tries = 0; tries < 3; tries++) proxy.refuse("GET", "reset");
      return test.app.jobs.create(...rows);
    };
    const submitting = submitJob({ ...test.app, jobs: { ...test.app.jobs, create } }, keyed);
    await expect(submitting).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });

    const { job, replayed } = await submitJob(test.app, keyed);
    expect(replayed).toBe(true);
    await test.app.dispatch(job);
    await test.deliver("job-requests");
    expect((await test.app.jobs.require(job)).job.phase).toBe("done");
    await proxy.stop();
  });
});
