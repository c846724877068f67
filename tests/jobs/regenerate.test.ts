import { describe, expect, it } from "@jest/globals";
import type { App } from "../../src/app.ts";
import { cancelJob } from "../../src/jobs/cancel.ts";
import { regenerateJob } from "../../src/jobs/regenerate.ts";
import type { Regenerated } from "../../src/jobs/regenerate.ts";
import { MillraceError } from "../../src/platform/errors.ts";
import { echoProfile } from "../support/profiles.ts";
import { takeStorageAccount } from "../support/storage-account.ts";
import { startStorageProxy } from "../support/storage-proxy.ts";
import { submittedJob } from "../support/submitted-job.ts";
import type { SubmittedJob } from "../support/submitted-job.ts";

const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const LARGE = "x".repeat(50_000);

const cancel = async ({ ref, test }: SubmittedJob) => cancelJob(test.app, { ref, actor: "client" });
const regenerate = async (app: App, { ref }: SubmittedJob, text: string): Promise<Regenerated> =>
  regenerateJob(app, { ref, traceparent: TRACEPARENT, payload: { text } });

async function cancelled(environment?: Readonly<Record<string, string>>): Promise<SubmittedJob> {
  const job = await submittedJob(echoProfile(), environment);
  await cancel(job);
  return job;
}

/** The app, where somebody comes between a write and its answer, which is lost: storage can only speak of a conflict. */
function interrupted({ test: { app } }: SubmittedJob, between: () => Promise<unknown>): App {
  let isFirst = true;
  const save: App["jobs"]["save"] = async (...args) => {
    const saved = await app.jobs.save(...args);
    if (!isFirst) return saved;
    isFirst = false;
    await between();
    throw new MillraceError("VERSION_CONFLICT", "The row was changed by somebody else meanwhile");
  };
  return { ...app, jobs: { ...app.jobs, save } };
}

describe("regenerateJob() when answers are lost", () => {
  it("begins one operation though the answer to its write is lost", async () => {
    const proxy = await startStorageProxy(takeStorageAccount(), "Table");
    const job = await cancelled({ AzureWebJobsStorage: proxy.connectionString });
    proxy.loseAnswer("POST", "reset");
    proxy.refuse("POST", "reset");
    proxy.refuse("POST", "reset");
    const { job: begun, replayed } = await regenerate(job.test.app, job, "new");
    expect(replayed).toBe(false);
    expect(await job.current()).toEqual(begun);
    expect(begun).toMatchObject({ phase: "queued", operations: 2 });
    await proxy.stop();
  });

  it("knows its own operation again when somebody has written to it since", async () => {
    const job = await cancelled();
    const app = interrupted(job, async () => cancel(job));
    const { job: begun, replayed } = await regenerate(app, job, LARGE);
    expect(replayed).toBe(false);
    expect(begun).toEqual(await job.current());
    expect(begun).toMatchObject({ phase: "cancelled", operations: 2 });
  });

  it("begins nothing on top, and takes no payload away, when two operations have come since", async () => {
    const job = await cancelled();
    const { app } = job.test;
    const later = interrupted(job, async () => {
      await cancel(job);
      await regenerateJob(app, { ref: job.ref, traceparent: TRACEPARENT });
    });
    await expect(regenerate(later, job, LARGE)).rejects.toMatchObject({ code: "JOB_NOT_TERMINAL" });
    const [, newest] = await job.test.peek("job-requests");
    expect(JSON.parse(newest ?? "")).toMatchObject({ operation_id: (await job.current()).operationId });
    await job.test.deliver("job-requests");
    expect(await job.current()).toMatchObject({ phase: "done", operations: 3 });
  });

  it("leaves an operation alone that began and ended meanwhile: one call takes the place of one operation", async () => {
    const job = await cancelled();
    const { app } = job.test;
    let isFirst = true;
    const save: typeof app.jobs.save = async (...args) => {
      if (isFirst) {
        isFirst = false;
        await regenerate(app, job, "faster");
        await cancel(job);
      }
      return app.jobs.save(...args);
    };
    const slower = regenerate({ ...app, jobs: { ...app.jobs, save } }, job, "slower");
    await expect(slower).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    expect(await job.current()).toMatchObject({ phase: "cancelled", operations: 2 });
  });

  it("accepts the job although its message cannot be put: the supervisor puts one", async () => {
    const job = await cancelled();
    const dispatch = async () => Promise.reject(new MillraceError("STORAGE_UNAVAILABLE", "down"));
    const { job: begun, unsent } = await regenerate({ ...job.test.app, dispatch }, job, "new");
    expect(unsent).toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    expect(await job.current()).toEqual(begun);
  });
});
