import type { Job } from "../../../src/jobs/job.ts";
import type { Violation } from "./history.ts";
import type { Move, Walk } from "./job-walks.ts";

/**
 * Each claim is counted when it is made; there are never more than the job may have; and what belongs to a claim is
 * written by the life that made it. Claims are counted by their ids, not by the number in the row, which may be wrong.
 * Who holds a job may hand it back and take its attempt out of the count again.
 */
export function checkAttempts({ jobId, moves }: Walk): Violation[] {
  const found: Violation[] = [];
  const say = (kind: Violation["kind"], text: string) => found.push({ kind, text: `${jobId}: ${text}` });
  const claims = new Map<string, Set<string>>();
  const holders = new Map<string, string>();
  let handedBack = 0;
  for (const { by, before, after } of moves) {
    if (!before || !after) continue;
    const [held, taken] = [claimOf(before), claimOf(after)];
    if (taken && taken !== held) {
      const ofOperation = claims.get(after.operationId) ?? new Set();
      claims.set(after.operationId, ofOperation.add(taken));
      holders.set(taken, by);
      if (after.attempt !== before.attempt + 1)
        say("attempt not counted", `a claim went from attempt ${before.attempt} to ${after.attempt}`);
      if (ofOperation.size - handedBack > after.maxAttempts)
        say("too many attempts", `claim ${ofOperation.size} of at most ${after.maxAttempts}`);
    } else if (before.operationId !== after.operationId) {
      if (after.attempt !== 0) say("attempt not counted", `a new operation begins with attempt ${after.attempt}`);
    } else if (held && after.phase === "queued" && after.attempt === before.attempt - 1 && holders.get(held) === by) {
      handedBack += 1;
    } else if (after.attempt !== before.attempt) {
      say("attempt not counted", `attempt ${before.attempt} became ${after.attempt} without a claim`);
    }
    if (after.attempt > after.maxAttempts) say("too many attempts", `attempt ${after.attempt} of ${after.maxAttempts}`);
    if (needsHolder({ before, after }) && held && holders.get(held) !== by)
      say("not the holder", `${by} wrote "${after.phase}" under the claim of ${holders.get(held) ?? "nobody"}`);
  }
  return found;
}

function claimOf(job: Job): string | undefined {
  return job.phase === "processing" ? job.claimId : undefined;
}

/** Progress and completion are the holder's alone. A job can also be given up or put back by who finds its lease run out. */
function needsHolder({ before, after }: Required<Pick<Move, "before" | "after">>): boolean {
  if (!before || !after) return false;
  return after.phase === "done" || (after.phase === "processing" && claimOf(after) === claimOf(before));
}
