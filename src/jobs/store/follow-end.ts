import type { Container } from "../../platform/blobs.ts";
import type { Job } from "../life/job.ts";
import { isUndoing } from "../life/undo.ts";
import { dropCheckpoints } from "./checkpoints.ts";
import type { Dispatch } from "./dispatch.ts";

export interface FollowEndDeps {
  readonly content: Container;
  readonly dispatch: Dispatch;
}

/**
 * What follows the end of an operation, by whoever wrote it: if something is to be taken back, a message rings for that;
 * if not, nobody needs its checkpoints any more. The end is committed, so a failure here changes nothing: the supervisor
 * rings as well, and what stays goes with the job.
 *
 * @param before the job as it was, when its records still named their checkpoints
 */
export async function followEnd({ content, dispatch }: FollowEndDeps, ended: Job, before = ended): Promise<void> {
  if (!isUndoing(ended)) {
    await dropCheckpoints(content, before);
    return;
  }
  try {
    await dispatch(ended);
  } catch {
    // Its wake-up row stands beside it.
  }
}
