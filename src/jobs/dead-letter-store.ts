import { MillraceError } from "../platform/errors.ts";
import type { StoredRow, Table } from "../platform/tables.ts";
import { deadLetterKey, readDeadLetterRow, toDeadLetterRow } from "./dead-letter.ts";
import type { DeadLetter } from "./dead-letter.ts";

/** A dead letter as it was read, with the version that the next write must name. */
export interface StoredDeadLetter {
  readonly letter: DeadLetter;
  readonly etag: string;
}

export interface DeadLetterStore {
  get(deadLetterId: string): Promise<StoredDeadLetter | undefined>;
  /** @throws MillraceError NOT_FOUND */
  require(deadLetterId: string): Promise<StoredDeadLetter>;
  /** Replaces the letter if nobody changed it since it was read. @throws MillraceError VERSION_CONFLICT if somebody did */
  save(letter: DeadLetter, etag: string): Promise<StoredDeadLetter>;
  /** The row that replaces the letter's in a transaction with its job. */
  rowOf(letter: DeadLetter, etag: string): StoredRow;
}

/** Letters are written first with the failure of their job: see `job-store.ts`. */
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
  };
}
