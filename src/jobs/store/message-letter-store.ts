import { operationIdOfDeadLetter } from "../../platform/ids.ts";
import { rowKeyOf } from "../../platform/partitions.ts";
import type { Row, RowKey, StoredRow, Table } from "../../platform/tables.ts";
import { deadLetterKey, readDeadLetterRow, toDeadLetterRow } from "./dead-letter-row.ts";
import type { StoredDeadLetter } from "./dead-letter-store.ts";
import type { MessageLetter } from "./dead-letter.ts";
import { letterWakeUpRow } from "./due-store.ts";

/** The last letter of a message, and the row that says which one it is. */
interface LastLetter {
  readonly pointer: StoredRow;
  /** None, if it is gone. */
  readonly stored: StoredDeadLetter<MessageLetter> | undefined;
}

export interface MessageLetterStore {
  /** @param like any letter of the message, be it stored or not */
  findLast(like: MessageLetter): Promise<LastLetter | undefined>;
  /** Inserts the letter as the last one of its message. @throws MillraceError VERSION_CONFLICT if somebody else was faster */
  create(letter: MessageLetter, last: LastLetter | undefined): Promise<void>;
  /** Deletes the letter and the rows beside it. @throws MillraceError VERSION_CONFLICT if somebody changed it since it was read */
  delete(stored: StoredDeadLetter<MessageLetter>): Promise<void>;
}

/**
 * Letters of messages have three rows in one partition: the letter, a pointer to it under the message's digest, which
 * keeps one message from having two open letters, and a wake-up row for when the letter is to go.
 */
export function createMessageLetterStore(table: Table): MessageLetterStore {
  const findLast = async (like: MessageLetter): Promise<LastLetter | undefined> => {
    const pointer = await table.get(pointerKey(like));
    if (!pointer) return undefined;
    const stored = await table.get(deadLetterKey(String(pointer.row["deadLetterId"])));
    const letter = stored && readDeadLetterRow(stored.row);
    return { pointer, stored: letter?.origin === "message" ? { letter, etag: stored?.etag ?? "" } : undefined };
  };
  return {
    findLast,
    async create(letter, last) {
      const pointer: Row = { ...pointerKey(letter), deadLetterId: letter.deadLetterId };
      const beside = [toDeadLetterRow(letter), letterWakeUpRow(letter)];
      if (last) await table.save(pointer, last.pointer.etag, { put: beside });
      else await table.create(pointer, ...beside);
    },
    async delete({ letter, etag }) {
      const last = await findLast(letter);
      // The wake-up row goes last: a sweep that dies before is found by it again.
      if (last?.stored?.letter.deadLetterId === letter.deadLetterId)
        await table.delete(last.pointer.row, last.pointer.etag);
      await table.delete(deadLetterKey(letter.deadLetterId), etag);
      await table.delete(letterWakeUpRow(letter), "*");
    },
  };
}

function pointerKey({ deadLetterId }: Pick<MessageLetter, "deadLetterId">): RowKey {
  const { partitionKey } = deadLetterKey(deadLetterId);
  return { partitionKey, rowKey: rowKeyOf("message", operationIdOfDeadLetter(deadLetterId)) };
}
