import { deleteJob } from "../../../../src/jobs/delete-job.ts";
import { askOfJob } from "./ask-of-job.ts";
import { WORKSPACE } from "./caller.ts";
import type { Caller } from "./caller.ts";

/** Has a job removed that it does not need any more. */
export async function remove(caller: Caller, jobId: string): Promise<void> {
  await askOfJob(caller, { act: "delete", jobId }, async (app) => {
    await deleteJob(app, { workspaceId: WORKSPACE, jobId });
    return undefined;
  });
}
