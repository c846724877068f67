import type { App } from "../../src/app.ts";
import type { JobRef } from "../../src/jobs/life/job.ts";
import { envelopeOf } from "../../src/jobs/store/dispatch.ts";
import { submitJob } from "../../src/jobs/submit.ts";
import { receiveMessage } from "../../src/jobs/work/receive-message.ts";

export const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/** Submits a job of the type "echo", without HTTP around it. */
export async function submitEcho(
  app: App,
  { text = "hi", idempotencyKey }: { readonly text?: string; readonly idempotencyKey?: string } = {},
): Promise<JobRef> {
  const { job } = await submitJob(app, {
    ...{ workspaceId: "default", jobType: "echo", payload: { text } },
    ...{ traceparent: TRACEPARENT, idempotencyKey },
  });
  return { workspaceId: job.workspaceId, jobId: job.jobId };
}

/** Gives the job's message to a worker. */
export async function work(app: App, ref: JobRef): Promise<void> {
  const { job } = await app.jobs.require(ref);
  const setAside = async (): Promise<never> => Promise.reject(new Error("set aside"));
  await receiveMessage({ ...app, setAside }, envelopeOf(job));
}
