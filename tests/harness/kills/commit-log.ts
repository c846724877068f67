import { isTombstoneRow } from "../../../src/jobs/store/tombstone.ts";
import { createTable } from "../../../src/platform/tables.ts";
import type { StoredRow } from "../../../src/platform/tables.ts";
import type { BlobChange, Commit } from "../history/history.ts";
import { walksOf } from "../history/job-walks.ts";
import type { Walk } from "../history/job-walks.ts";

/** What was written to the tables of jobs and of batches, and beside them in blobs, by whom, in the order it was written. */
export interface CommitLog {
  readonly commits: readonly Commit[];
  readonly blobs: readonly BlobChange[];
  /** Carries a write out while no other one is, and notes what has changed. */
  write<Answer>(by: string, carryOut: () => Promise<Answer>): Promise<Answer>;
  /** Notes that a blob was written, or deleted when it has no text. */
  noteBlob(change: Omit<BlobChange, "at">): void;
}

const NAMES = ["millracejobs", "millracebatches"];
const ALL_ROWS = { filter: "PartitionKey ge ''", limit: 1000 };

/** The walks of jobs that there are: where one is gone, its tombstone stands. */
export function walksOfJobs({ commits }: CommitLog): Walk[] {
  const gone = new Set(commits.flatMap(({ after }) => (after && isTombstoneRow(after) ? [after["jobId"]] : [])));
  return walksOf({ commits }).filter(({ jobId, last }) => last && !gone.has(jobId));
}

/** Watches tables that all of their writers reach through here: then what differs from one look to the next is one write. */
export async function startCommitLog(account: string): Promise<CommitLog> {
  const tables = NAMES.map((name) => createTable(account, name));
  const look = async () => {
    const seen = await Promise.all(
      tables.map(async (table) => (await table.list(ALL_ROWS)).map((stored) => ({ ...stored, table: table.name }))),
    );
    return new Map(seen.flat().map((stored) => [keyOf(stored), stored]));
  };
  const commits: Commit[] = [];
  const blobs: BlobChange[] = [];
  let rows = await look();
  let transactions = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function carryOutAndLook<Answer>(by: string, carryOut: () => Promise<Answer>): Promise<Answer> {
    const answer = await carryOut();
    const before = rows;
    rows = await look();
    const [transaction, at] = [++transactions, commits.at(-1)?.at ?? 0];
    for (const key of new Set([...before.keys(), ...rows.keys()])) {
      const [was, is] = [before.get(key), rows.get(key)];
      if (was?.etag !== is?.etag)
        commits.push({
          ...{ at: timeOf(is) ?? at, by, transaction, table: (is ?? was)?.table ?? "" },
          ...{ before: was?.row, after: is?.row },
        });
    }
    return answer;
  }

  return {
    commits,
    blobs,
    noteBlob: (change) => blobs.push({ at: commits.at(-1)?.at ?? 0, ...change }),
    async write(by, carryOut) {
      const writing = last.then(async () => carryOutAndLook(by, carryOut));
      last = writing.catch(() => undefined);
      return writing;
    },
  };
}

/** By the clock of who wrote the row, which may be ahead. */
function timeOf(stored: StoredRow | undefined): number | undefined {
  const time = stored?.row["updatedAt"] ?? stored?.row["at"];
  return time instanceof Date ? time.getTime() : undefined;
}

function keyOf({ row }: StoredRow): string {
  return `${row.partitionKey} ${row.rowKey}`;
}
