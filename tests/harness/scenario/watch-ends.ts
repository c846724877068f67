import { isTerminal } from "../../../src/jobs/lifecycle.ts";
import type { JobPhase } from "../../../src/jobs/lifecycle.ts";
import type { Commit } from "../history/history.ts";
import { isJobRow } from "../history/job-walks.ts";

/** Whether all jobs have ended. Asked after every step, so it looks at what is new only. */
export function watchEnds(commits: readonly Commit[]): () => boolean {
  const open = new Set<string>();
  let seen = 0;
  return () => {
    for (; seen < commits.length; seen++) {
      const { before, after } = commits[seen] as Commit;
      const row = after ?? before;
      if (!row || !isJobRow(row)) continue;
      if (after && !isTerminal(after["phase"] as JobPhase)) open.add(row.rowKey);
      else open.delete(row.rowKey);
    }
    return open.size === 0;
  };
}
