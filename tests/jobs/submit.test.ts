import { describe, expect, it } from "@jest/globals";
import { submitJob } from "../../src/jobs/submit.ts";
import type { SubmitCommand } from "../../src/jobs/submit.ts";
import { MillraceError } from "../../src/platform/errors.ts";
import { echoProfile } from "../support/profiles.ts";
import { createTestApp } from "../support/test-app.ts";

const COMMAND: SubmitCommand = {
  workspaceId: "default",
  jobType: "echo",
  payload: { text: "x".repeat(50_000) },
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
};
const noQueue = async (): Promise<never> => {
  throw new MillraceError("STORAGE_UNAVAILABLE", "the queue is gone");
};

describe("submitJob()", () => {
  it("takes the row back when its message cannot be put: 503, and nothing is left stuck (R-007, P7)", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const before = await test.countStored();
    const failing = { ...test.app, dispatch: noQueue };
    await expect(submitJob(failing, COMMAND)).rejects.toMatchObject({ code: "DISPATCH_FAILED", kind: "transient" });
    expect(await test.countStored()).toBe(before);
  });

  it("keeps its promise when the message was put after all, and only the answer was lost", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const dispatch: typeof test.app.dispatch = async (job) => {
      await test.app.dispatch(job);
      await test.deliver("job-requests");
      return noQueue();
    };
    const { job } = await submitJob({ ...test.app, dispatch }, COMMAND);
    expect((await test.app.jobs.require(job)).job.phase).toBe("done");
  });

  it("keeps a keyed row when its message cannot be put, and the client's retry puts it (P6, P7)", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const keyed = { ...COMMAND, idempotencyKey: "key" };
    await expect(submitJob({ ...test.app, dispatch: noQueue }, keyed)).rejects.toMatchObject({
      code: "DISPATCH_FAILED",
    });
    expect(await test.peek("job-requests")).toEqual([]);

    const retried = await submitJob(test.app, keyed);
    expect(retried.replayed).toBe(true);
    expect(await test.peek("job-requests")).toHaveLength(1);
    await test.deliver("job-requests");
    expect((await test.app.jobs.require(retried.job)).job.phase).toBe("done");
  });

  it("leaves one payload behind when many requests with one key race (P6)", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const before = await test.countStored();
    const keyed = { ...COMMAND, idempotencyKey: "key" };
    const all = await Promise.all(Array.from({ length: 8 }, async () => submitJob(test.app, keyed)));
    expect(new Set(all.map(({ job }) => job.jobId)).size).toBe(1);
    const messages = (await test.peek("job-requests")).length;
    expect(await test.countStored()).toBe(before + 3 + messages); // the job, its key, its payload
  });

  it("keeps the payload when it cannot know whether the row was written, for the retry that finds it", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const keyed = { ...COMMAND, idempotencyKey: "key" };
    const create: typeof test.app.jobs.create = async (...written) => {
      await test.app.jobs.create(...written);
      return noQueue(); // written, and the answer lost for good
    };
    const jobs = { ...test.app.jobs, create };
    await expect(submitJob({ ...test.app, jobs }, keyed)).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    const { job, replayed } = await submitJob(test.app, keyed);
    expect(replayed).toBe(true);
    await test.deliver("job-requests");
    expect((await test.app.jobs.require(job)).job.phase).toBe("done");
  });
});
