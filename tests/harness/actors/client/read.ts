import { readResult } from "../../../../src/jobs/read-result.ts";
import { askOfJob } from "./ask-of-job.ts";
import { WORKSPACE } from "./caller.ts";
import type { Caller } from "./caller.ts";

/** Looks how a job is, and at its result if it has one. */
export async function read(caller: Caller, jobId: string): Promise<void> {
  let seen: { readonly version: number; readonly result: string | undefined } | undefined;
  const told = await askOfJob(caller, { act: "read", jobId }, async (app) => {
    const { job } = await app.jobs.require({ workspaceId: WORKSPACE, jobId });
    const { text } = (job.phase === "done" ? await readResult(app, job) : {}) as { readonly text?: string };
    seen = { version: job.version, result: text?.trimEnd() };
    return job;
  });
  if (told === "yes" && seen) caller.log({ client: caller.name, did: "read", jobId, ...seen });
}
