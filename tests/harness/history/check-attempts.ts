import type { Job } from "../../../src/jobs/life/job.ts";
import type { Violation } from "./history.ts";
import type { Move, Walk } from "./job-walks.ts";

/** As `docs/promises.md` has it. */
const MOST_UNCOUNTED = 20;

/**
 * Each claim is counted when it is made, and made when it may be; there are never more than the operation may have; and
 * what belongs to a claim is written by the life that made it. Claims are counted by their ids, not by the number in the
 * row, which may be wrong. Who holds a job may hand it back and take its attempt out of the count again.
 */
export function checkAttempts({ jobId, moves }: Walk): Violation[] {
  const found: Violation[] = [];
  const say = (kind: Violation["kind"], text: string) => found.push({ kind, text: `${jobId}: ${text}` });
  const claims = new Map<string, number>();
  const handedBack = new Map<string, number>();
  const holders = new Map<string, string>();
  for (const { by, before, after } of moves) {
    if (!before || !after) continue;
    const { operationId } = after;
    const [held, taken] = [claimOf(before), claimOf(after)];
    if (taken && taken !== held) {
      add(claims, operationId);
      holders.set(taken, by);
      if (after.attempt !== before.attempt + 1)
        say("attempt not counted", `a claim went from attempt ${before.attempt} to ${after.attempt}`);
      const count = (claims.get(operationId) ?? 0) - (handedBack.get(operationId) ?? 0);
      if (count > after.maxAttempts) say("too many attempts", `claim ${count} of at most ${after.maxAttempts}`);
      found.push(...checkTime(before, after).map(({ kind, text }) => ({ kind, text: `${jobId}: ${text}` })));
    } else if (before.operationId !== operationId) {
      if (after.attempt !== 0) say("attempt not counted", `a new operation begins with attempt ${after.attempt}`);
    } else if (held && after.phase === "queued" && after.attempt === before.attempt - 1 && holders.get(held) === by) {
      if (add(handedBack, operationId) > MOST_UNCOUNTED)
        say("too many attempts", `handed back ${MOST_UNCOUNTED + 1} times`);
    } else if (after.attempt !== before.attempt) {
      say("attempt not counted", `attempt ${before.attempt} became ${after.attempt} without a claim`);
    }
    if (after.attempt > after.maxAttempts) say("too many attempts", `attempt ${after.attempt} of ${after.maxAttempts}`);
    if (needsHolder({ before, after }) && held && holders.get(held) !== by)
      say("not the holder", `${by} wrote "${after.phase}" under the claim of ${holders.get(held) ?? "nobody"}`);
  }
  return found;
}

function add(counts: Map<string, number>, key: string): number {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
}

function claimOf(job: Job): string | undefined {
  return job.phase === "processing" ? job.claimId : undefined;
}

/** A claim is made when the job may be taken, by the clock of whoever took it. */
function checkTime(before: Job, { updatedAt: now }: Job): Violation[] {
  const found: Violation[] = [];
  const early = (what: string, time: Date | undefined) => {
    if (time && time > now) found.push({ kind: "too early", text: `claimed ${what} ${time.toISOString()}` });
  };
  early("before its start at", before.startAfter);
  if (before.phase === "queued") early("before its retry at", before.retryAt);
  if (before.phase === "processing") early("under a lease until", before.leaseUntil);
  const { startBefore } = before;
  if (before.phase === "queued" && !before.startedAt && startBefore && startBefore <= now)
    found.push({ kind: "too late", text: `claimed at ${now.toISOString()}, not before ${startBefore.toISOString()}` });
  return found;
}

/** Progress and completion are the holder's alone. A job can also be given up or put back by who finds its lease run out. */
function needsHolder({ before, after }: Required<Pick<Move, "before" | "after">>): boolean {
  if (!before || !after) return false;
  return after.phase === "done" || (after.phase === "processing" && claimOf(after) === claimOf(before));
}
