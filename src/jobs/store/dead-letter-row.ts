import { ERROR_CODES } from "../../contract/error-codes.ts";
import { InvariantError } from "../../platform/errors.ts";
import { jobIdOfOperation, newestFirst, operationIdOfDeadLetter } from "../../platform/ids.ts";
import { jsonColumns } from "../../platform/json-columns.ts";
import { partitionOfId, partsOfRowKey, rowKeyOf, rowKeysUnder } from "../../platform/partitions.ts";
import type { Row, RowKey } from "../../platform/tables.ts";
import { deadLetterSchema } from "./dead-letter.ts";
import type { DeadLetter } from "./dead-letter.ts";

export const DEAD_LETTER_KIND = "dead";

/** Beside its job, in one partition; the latest failures come first, of whatever workspace. */
export function deadLetterKey(deadLetterId: string): RowKey {
  const jobId = jobIdOfOperation(operationIdOfDeadLetter(deadLetterId));
  return { partitionKey: partitionOfId(jobId), rowKey: deadLetterRowKey(deadLetterId) };
}

export function deadLetterRowKey(deadLetterId: string): string {
  return rowKeyOf(DEAD_LETTER_KIND, newestFirst(deadLetterId));
}

/** Between which row keys the dead letters of a partition stand. */
export function deadLetterRowKeys(): { readonly after: string; readonly before: string } {
  return rowKeysUnder(DEAD_LETTER_KIND);
}

/** The letter that a row key names, be the row itself readable or not. */
export function deadLetterIdOfRowKey(rowKey: string): string {
  return `dead_${newestFirst(partsOfRowKey(rowKey).at(-1) ?? "")}`;
}

const COLUMNS = jsonColumns("error", "payload", "editedPayload", "actions");

/** The letter's row, with columns of their own for what lists are filtered by. */
export function toDeadLetterRow(letter: DeadLetter): Row {
  const { code } = letter.error;
  return {
    ...COLUMNS.encode(letter),
    code,
    kind: ERROR_CODES[code].kind,
    ...deadLetterKey(letter.deadLetterId),
  };
}

/** @throws InvariantError when the row is not a dead letter */
export function readDeadLetterRow(row: Row): DeadLetter {
  const parsed = deadLetterSchema.safeParse(COLUMNS.decode(row));
  if (parsed.success) return parsed.data;
  throw new InvariantError("4be0d51a", `Cannot read row "${row.rowKey}" as a dead letter`);
}
