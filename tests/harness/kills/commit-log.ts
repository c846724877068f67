import { createTable } from "../../../src/platform/tables.ts";
import type { StoredRow } from "../../../src/platform/tables.ts";
import type { Commit } from "../history/history.ts";

/** What was written to the table of jobs, by whom, in the order it was written. */
export interface CommitLog {
  readonly commits: readonly Commit[];
  /** Carries a write out while no other one is, and notes what has changed. */
  write<Answer>(by: string, carryOut: () => Promise<Answer>): Promise<Answer>;
}

const NAME = "millracejobs";
const ALL_ROWS = { filter: "PartitionKey ge ''", limit: 1000 };

/** Watches a table that all of its writers reach through here: then what differs from one look to the next is one write. */
export async function startCommitLog(account: string): Promise<CommitLog> {
  const table = createTable(account, NAME);
  const look = async () => new Map((await table.list(ALL_ROWS)).map((stored) => [keyOf(stored), stored]));
  const commits: Commit[] = [];
  let rows = await look();
  let last: Promise<unknown> = Promise.resolve();

  async function carryOutAndLook<Answer>(by: string, carryOut: () => Promise<Answer>): Promise<Answer> {
    const answer = await carryOut();
    const before = rows;
    rows = await look();
    for (const key of new Set([...before.keys(), ...rows.keys()])) {
      const [was, is] = [before.get(key), rows.get(key)];
      if (was?.etag !== is?.etag)
        commits.push({ at: commits.length, by, table: NAME, before: was?.row, after: is?.row });
    }
    return answer;
  }

  return {
    commits,
    async write(by, carryOut) {
      const writing = last.then(async () => carryOutAndLook(by, carryOut));
      last = writing.catch(() => undefined);
      return writing;
    },
  };
}

function keyOf({ row }: StoredRow): string {
  return `${row.partitionKey} ${row.rowKey}`;
}
