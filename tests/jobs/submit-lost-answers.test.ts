import { describe, expect, it } from "@jest/globals";
import { submitJob } from "../../src/jobs/submit.ts";
import type { SubmitCommand } from "../../src/jobs/submit.ts";
import { MillraceError } from "../../src/platform/errors.ts";
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

const failed = new MillraceError("STORAGE_UNAVAILABLE", "no answer");

describe("submitJob() when answers are lost", () => {
  it("keeps the payload of a job whose row may have been written, though no answer said so", async () => {
    const proxy = await startStorageProxy(takeStorageAccount(), "Table");
    const test = await createTestApp({
      profiles: [echoProfile()],
      environment: { AzureWebJobsStorage: proxy.connectionString },
    });
    proxy.loseAnswer("POST", "reset");
    proxy.refuse("POST", "reset");
    proxy.refuse("POST", "reset");
    const keyed = { ...command(TOO_LARGE_FOR_A_ROW), idempotencyKey: "k" };
    await expect(submitJob(test.app, keyed)).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });

    const { job, replayed } = await submitJob(test.app, keyed);
    expect(replayed).toBe(true);
    await test.deliver("job-requests");
    expect((await test.app.jobs.require(job)).job.phase).toBe("done");
    await proxy.stop();
  });

  it("leaves nothing behind when the message could not be put", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const before = await test.countStored();
    const dispatch = async (): Promise<never> => {
      throw failed;
    };
    const submitting = submitJob({ ...test.app, dispatch }, command(TOO_LARGE_FOR_A_ROW));
    await expect(submitting).rejects.toMatchObject({ code: "DISPATCH_FAILED" });
    expect(await test.countStored()).toBe(before);
  });

  it("accepts a job that a worker has taken already, though putting its message seemed to fail", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const dispatch = async (job: Parameters<typeof test.app.dispatch>[0]): Promise<never> => {
      await test.app.dispatch(job);
      await test.deliver("job-requests");
      throw failed;
    };
    const { job } = await submitJob({ ...test.app, dispatch }, command("hi"));
    expect((await test.app.jobs.require(job)).job.phase).toBe("done");
  });
});
