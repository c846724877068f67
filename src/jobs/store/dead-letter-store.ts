import { MillraceError } from "../../platform/errors.ts";
import { listEverywhere } from "../../platform/list-everywhere.ts";
import { odata } from "../../platform/tables.ts";
import type { StoredRow, Table } from "../../platform/tables.ts";
import {
  deadLetterIdOfRowKey,
  deadLetterKey,
  deadLetterRowKey,
  deadLetterRowKeys,
  readDeadLetterRow,
  toDeadLetterRow,
} from "./dead-letter-row.ts";
import type { DeadLetter } from "./dead-letter.ts";

/** A dead letter as it was read, with the version that the next write must name. */
export interface StoredDeadLetter<Letter extends DeadLetter = DeadLetter> {
  readonly letter: Letter;
  readonly etag: string;
}

export interface DeadLetterFilter {
  readonly status?: DeadLetter["status"] | undefined;
  readonly origin?: DeadLetter["origin"] | undefined;
  readonly workspaceId?: string | undefined;
  readonly jobType?: string | undefined;
  readonly code?: string | undefined;
  readonly kind?: string | undefined;
  readonly fingerprint?: string | undefined;
  /** Only those of jobs that had begun anew less often than this. */
  readonly fewerReplaysThan?: number | undefined;
  /** Beside those of `status`, those that this replay of many has replayed. */
  readonly orReplayId?: string | undefined;
  /** Only letters that stand behind this one: that failed before it. */
  readonly behind?: string | undefined;
}

/** A row of a list: the letter, or why the row cannot be read as one. */
export type ListedDeadLetter =
  | { readonly deadLetterId: string; readonly stored: StoredDeadLetter }
  | { readonly deadLetterId: string; readonly unreadable: unknown };

export interface DeadLetterStore {
  get(deadLetterId: string): Promise<StoredDeadLetter | undefined>;
  /** @throws MillraceError NOT_FOUND */
  require(deadLetterId: string): Promise<StoredDeadLetter>;
  /** Replaces the letter if nobody changed it since it was read. @throws MillraceError VERSION_CONFLICT if somebody did */
  save<Letter extends DeadLetter>(letter: Letter, etag: string): Promise<StoredDeadLetter<Letter>>;
  /** The row that replaces the letter's in a transaction with its job. */
  rowOf(letter: DeadLetter, etag: string): StoredRow;
  /** Of all workspaces, the latest failures first, at most `limit`. */
  list(filter: DeadLetterFilter, limit: number): Promise<ListedDeadLetter[]>;
}

/** Letters of jobs are written first with the failure of their job: see `job-store.ts`. */
export function createDeadLetterStore(table: Table): DeadLetterStore {
  const get = async (deadLetterId: string) => {
    const stored = await table.get(deadLetterKey(deadLetterId));
    return stored && { letter: readDeadLetterRow(stored.row), etag: stored.etag };
  };
  return {
    get,
    async require(deadLetterId) {
      const stored = await get(deadLetterId);
      if (stored) return stored;
      throw new MillraceError("NOT_FOUND", "There is no dead letter with this id");
    },
    save: async (letter, etag) => ({ letter, etag: await table.save(toDeadLetterRow(letter), etag) }),
    rowOf: (letter, etag) => ({ row: toDeadLetterRow(letter), etag }),
    async list(filter, limit) {
      return (await listEverywhere(table, (partition) => toOData(partition, filter), limit)).map(listed);
    },
  };
}

/** One row that cannot be read must not hide all the others. */
function listed({ row, etag }: StoredRow): ListedDeadLetter {
  const deadLetterId = deadLetterIdOfRowKey(row.rowKey);
  try {
    return { deadLetterId, stored: { letter: readDeadLetterRow(row), etag } };
  } catch (thrown) {
    return { deadLetterId, unreadable: thrown };
  }
}

function toOData(partition: string, filter: DeadLetterFilter): string {
  const { after, before } = deadLetterRowKeys();
  const from = filter.behind ? deadLetterRowKey(filter.behind) : after;
  const within = odata`PartitionKey eq ${partition} and RowKey gt ${from} and RowKey lt ${before}`;
  return [within, ...clausesOf(filter)].join(" and ");
}

function clausesOf(filter: DeadLetterFilter): string[] {
  const { status, orReplayId, origin, workspaceId, jobType, code, kind, fingerprint, fewerReplaysThan } = filter;
  const asked = [
    status && (orReplayId ? odata`(status eq ${status} or replayId eq ${orReplayId})` : odata`status eq ${status}`),
    origin && odata`origin eq ${origin}`,
    workspaceId && odata`workspaceId eq ${workspaceId}`,
    jobType && odata`jobType eq ${jobType}`,
    code && odata`code eq ${code}`,
    kind && odata`kind eq ${kind}`,
    fingerprint && odata`fingerprint eq ${fingerprint}`,
    fewerReplaysThan !== undefined && odata`replays lt ${fewerReplaysThan}`,
  ];
  return asked.filter((clause) => typeof clause === "string");
}
