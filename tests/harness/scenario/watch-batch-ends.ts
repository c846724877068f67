import { partsOfRowKey } from "../../../src/platform/partitions.ts";
import { isBatchEnd } from "../history/batches/batch-walk.ts";
import { isHandOff } from "../history/batches/check-batch-remains.ts";
import type { Commit } from "../history/history.ts";
import { watchEnds } from "./watch-ends.ts";

/** Whether all batches and all jobs have ended, and nothing is left to hand on. Asked after every step. */
export function watchBatchEnds(commits: readonly Commit[]): () => boolean {
  const haveJobsEnded = watchEnds(commits);
  const open = new Set<string>();
  let seen = 0;
  return () => {
    for (; seen < commits.length; seen++) {
      const { before, after } = commits[seen] as Commit;
      const { rowKey = "" } = after ?? before ?? {};
      if (isHandOff(rowKey) ? after : isHeader(rowKey) && !isBatchEnd(String(after?.["phase"]))) open.add(rowKey);
      else open.delete(rowKey);
    }
    return haveJobsEnded() && open.size === 0;
  };
}

function isHeader(rowKey: string): boolean {
  return partsOfRowKey(rowKey)[0] === "batch";
}
