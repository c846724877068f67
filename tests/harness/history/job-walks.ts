import { fromRow } from "../../../src/jobs/job-row.ts";
import type { Job } from "../../../src/jobs/job.ts";
import type { Row } from "../../../src/platform/tables.ts";
import type { History } from "./history.ts";

/** One commit of a job's row, with the job on both sides of it. */
export interface Move {
  readonly index: number;
  readonly by: string;
  readonly before: Job | undefined;
  readonly after: Job | undefined;
}

/** All commits of one job, in order. */
export interface Walk {
  readonly jobId: string;
  readonly moves: readonly Move[];
  /** As the row stands at the end; nothing when it was deleted. */
  readonly last: Job | undefined;
}

/** The walks of all jobs. @throws InvariantError when a row of a job cannot be read as one */
export function walksOf({ commits }: Pick<History, "commits">): Walk[] {
  const moves = new Map<string, Move[]>();
  for (const [index, { by, before, after }] of commits.entries()) {
    const row = after ?? before;
    if (!row || !isJobRow(row)) continue;
    const move = { index, by, before: jobOf(before), after: jobOf(after) };
    moves.set(row.rowKey, [...(moves.get(row.rowKey) ?? []), move]);
  }
  return [...moves.values()].map((walk) => {
    const last = walk.at(-1);
    return { jobId: (last?.after ?? last?.before)?.jobId ?? "", moves: walk, last: last?.after };
  });
}

/** Other rows stand beside a job's own, and say less. */
export function isJobRow(row: Row): boolean {
  return "operationId" in row && "phase" in row;
}

function jobOf(row: Row | undefined): Job | undefined {
  return row && fromRow(row);
}
