import { cancelJob } from "../../../../src/jobs/cancel.ts";
import { askOfJob } from "./ask-of-job.ts";
import { WORKSPACE } from "./caller.ts";
import type { Caller } from "./caller.ts";

/** Cancels the operation it believes to be current, or one before, or whichever is; now and then twice. */
export async function cancel(caller: Caller, jobId: string): Promise<void> {
  const { random, variant } = caller.site;
  const operations = caller.known.get(jobId)?.operations ?? [];
  const operationId = random.pick([undefined, operations.at(-1), operations.at(-1), operations[0]]);
  const command = {
    ref: { workspaceId: WORKSPACE, jobId },
    operationId,
    reason: "changed my mind",
    actor: "client",
  } as const;
  for (let times = random.happens(0.3) ? 2 : 1; times > 0; times--) {
    await askOfJob(caller, { act: "cancel", jobId, operationId }, async (app) =>
      cancelJob(app, variant.cancel(command)),
    );
  }
}
