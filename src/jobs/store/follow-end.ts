import type { Job } from "../life/job.ts";
import { nextToUndo, undoOfJob } from "../life/undo.ts";
import { dropCheckpoints, dropParts } from "./checkpoints.ts";
import type { CheckpointDeps } from "./checkpoints.ts";
import type { Dispatch } from "./dispatch.ts";

export interface FollowEndDeps extends CheckpointDeps {
  readonly dispatch: Dispatch;
}

/**
 * What follows the end of an operation, by whoever wrote it: if something is to be taken back, a message rings for that;
 * if not, nobody needs its checkpoints any more. The end is committed, so a failure here changes nothing: the supervisor
 * rings as well, and what stays goes with the job.
 *
 * @param before the job as it was, when its records still named their checkpoints
 */
export async function followEnd(deps: FollowEndDeps, ended: Job, before = ended): Promise<void> {
  const next = nextToUndo(undoOfJob(ended));
  if (!next) {
    await dropCheckpoints(deps, before);
    return;
  }
  await dropParts(deps, before);
  try {
    const { notBefore = ended.updatedAt } = next;
    await deps.dispatch(ended, { delayMs: Math.max(0, notBefore.getTime() - ended.updatedAt.getTime()) });
  } catch {
    // Its wake-up row stands beside it.
  }
}
