import { describe, expect, it } from "@jest/globals";
import { cancelJob } from "../../src/jobs/cancel.ts";
import { submitJob } from "../../src/jobs/submit.ts";
import type { SubmitCommand } from "../../src/jobs/submit.ts";
import { buryJob } from "../../src/jobs/supervision/purge-job.ts";
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
  it("accepts a job whose message cannot be put: its row and its wake-up row are there (R-007, P1, P7)", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const before = await test.countStored();
    const { job, replayed, unsent } = await submitJob({ ...test.app, dispatch: noQueue }, COMMAND);
    expect([replayed, unsent]).toEqual([false, expect.any(MillraceError)]);
    expect(await test.countStored()).toBe(before + 4); // the job, its wake-up row, a line of history, its payload
    expect((await test.app.jobs.require(job)).job).toEqual(job);
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

  it("gives the first answer again to a key, and puts no message more: the wake-up row sees to that (P6)", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const keyed = { ...COMMAND, idempotencyKey: "key" };
    const first = await submitJob({ ...test.app, dispatch: noQueue }, keyed);
    for (const _ of [1, 2]) expect(await submitJob(test.app, keyed)).toEqual({ job: first.job, replayed: true });
    expect(await test.peek("job-requests")).toEqual([]);
    expect((await test.app.jobs.require(first.job)).dueAt).toEqual(new Date(first.job.enqueuedAt.getTime() + 120_000));
  });

  it("makes a new job where the one of this key was deleted in the middle of the request", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const keyed = { ...COMMAND, idempotencyKey: "key" };
    const first = await submitJob(test.app, keyed);
    const findByKey: typeof test.app.jobs.findByKey = async (key) => {
      const record = await test.app.jobs.findByKey(key);
      const stored = await test.app.jobs.get(first.job);
      if (stored) await buryJob(test.app, stored, "deleted");
      return record;
    };
    const second = await submitJob({ ...test.app, jobs: { ...test.app.jobs, findByKey } }, keyed);
    expect(second.replayed).toBe(false);
    expect(second.job.jobId).not.toBe(first.job.jobId);
  });

  it("leaves one payload behind when many requests with one key race (P6)", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const before = await test.countStored();
    const keyed = { ...COMMAND, idempotencyKey: "key" };
    const all = await Promise.all(Array.from({ length: 8 }, async () => submitJob(test.app, keyed)));
    expect(new Set(all.map(({ job }) => job.jobId)).size).toBe(1);
    const messages = (await test.peek("job-requests")).length;
    expect(await test.countStored()).toBe(before + 5 + messages); // the job, its key, its wake-up row, a line of history, its payload
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
    await test.app.dispatch(job);
    await test.deliver("job-requests");
    expect((await test.app.jobs.require(job)).job.phase).toBe("done");
  });

  it("accepts a job whose first write meets somebody who has written behind it, and keeps its payload (P1)", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const create: typeof test.app.jobs.create = async (job, record) => {
      await test.app.jobs.create(job, record);
      await cancelJob(test.app, { ref: job, actor: "client" });
      throw new MillraceError("VERSION_CONFLICT", "written, the answer lost, and changed before the second try");
    };
    for (const idempotencyKey of [undefined, "key"]) {
      const submitting = submitJob({ ...test.app, jobs: { ...test.app.jobs, create } }, { ...COMMAND, idempotencyKey });
      const { job, replayed } = await submitting;
      expect(replayed).toBe(false);
      const { payload } = (await test.app.jobs.require(job)).job;
      expect(await test.app.content.exists("blob" in payload ? payload.blob : "")).toBe(true);
    }
  });
});
