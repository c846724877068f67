import { isTerminal } from "../../../src/jobs/life/lifecycle.ts";
import type { JobPhase } from "../../../src/jobs/life/lifecycle.ts";
import type { Commit } from "../history/history.ts";
import { isJobRow } from "../history/job-walks.ts";

/** Whether all jobs have ended. Asked after every step, so it looks at what is new only. */
export function watchEnds(commits: readonly Commit[]): () => boolean {
  const open = new Set<string>();
  let seen = 0;
  return () => {
    for (; seen < commits.length; seen++) {
      const { before, after } = commits[seen] as Commit;
      if (isJobRow(after) && !isTerminal(after["phase"] as JobPhase)) open.add(after.rowKey);
      else if (isJobRow(before)) open.delete(before.rowKey);
    }
    return open.size === 0;
  };
}
