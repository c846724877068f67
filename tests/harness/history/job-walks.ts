import type { Job } from "../../../src/jobs/life/job.ts";
import { fromRow } from "../../../src/jobs/store/job-row.ts";
import { isTombstoneRow } from "../../../src/jobs/store/tombstone.ts";
import { partsOfRowKey } from "../../../src/platform/partitions.ts";
import type { Row } from "../../../src/platform/tables.ts";
import type { History } from "./history.ts";

/** One commit of a job's row, with the job on both sides of it. */
export interface Move {
  readonly index: number;
  readonly at: number;
  readonly by: string;
  readonly transaction: number;
  readonly before: Job | undefined;
  /** Nothing when the job is gone, be there a tombstone in its place or not. */
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
  for (const [index, { at, by, transaction, before, after }] of commits.entries()) {
    if (!isJobRow(before) && !isJobRow(after)) continue;
    const { rowKey = "" } = after ?? before ?? {};
    const walk = moves.get(rowKey) ?? [];
    // What one commit left is what the next finds: it need not be read twice.
    const was = walk.at(-1)?.after ?? (isJobRow(before) ? fromRow(before) : undefined);
    walk.push({ index, at, by, transaction, before: was, after: isJobRow(after) ? fromRow(after) : undefined });
    moves.set(rowKey, walk);
  }
  return [...moves.values()].map((walk) => {
    const last = walk.at(-1);
    return { jobId: (last?.after ?? last?.before)?.jobId ?? "", moves: walk, last: last?.after };
  });
}

/** Other rows stand beside a job's own, or, when it is gone, in its place. */
export function isJobRow(row: Row | undefined): row is Row {
  return row !== undefined && isJobKey(row) && !isTombstoneRow(row);
}

function isJobKey({ rowKey }: Row): boolean {
  return partsOfRowKey(rowKey)[0] === "job";
}

/** The job in every state that somebody could have met who asked after `from` commits and was answered before `to`. */
export function statesBetween({ moves }: Walk, from: number, to: number): (Job | undefined)[] {
  const before = moves.filter(({ index }) => index < from).at(-1)?.after;
  return [before, ...moves.filter(({ index }) => index >= from && index < to).map(({ after }) => after)];
}
