import type { Job } from "../../../src/jobs/life/job.ts";
import { isTerminal } from "../../../src/jobs/life/lifecycle.ts";
import type { Violation } from "./history.ts";
import type { Move, Walk } from "./job-walks.ts";

/**
 * A job with a `sequence_key` begins when all before it have ended that had been accepted by then. A later operation of
 * a job stands in no sequence.
 */
export function checkOrder(walks: readonly Walk[]): Violation[] {
  const sequenced = walks.filter(({ moves }) => moves[0]?.after?.sequence);
  return sequenced.flatMap(({ jobId, moves }): Violation[] => {
    const begun = moves.find(isFirstClaim);
    const own = begun?.after?.sequence;
    if (!begun || !own) return [];
    const earlier = sequenced.flatMap((walk) => {
      const job = walk.moves.filter(({ index }) => index < begun.index).at(-1)?.after;
      return job?.sequence?.key === own.key && job.sequence.place < own.place ? [job] : [];
    });
    const open = earlier.find((job) => !isTerminal(job.phase));
    if (!open) return [];
    return [{ kind: "order", text: `${jobId} began at place ${own.place}, and ${placeOf(open)} was "${open.phase}"` }];
  });
}

function isFirstClaim({ before, after }: Move): boolean {
  return after?.phase === "processing" && before?.phase === "queued" && before.startedAt === undefined;
}

function placeOf({ jobId, sequence }: Job): string {
  return `${jobId} at place ${sequence?.place ?? 0}`;
}
