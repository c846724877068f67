import { readDeadLetterRow } from "../../../src/jobs/store/dead-letter-row.ts";
import { DEAD_LETTER_TRANSITIONS } from "../../../src/jobs/store/dead-letter.ts";
import type { JobLetter } from "../../../src/jobs/store/dead-letter.ts";
import { partsOfRowKey } from "../../../src/platform/partitions.ts";
import type { Row } from "../../../src/platform/tables.ts";
import type { History, Violation } from "./history.ts";
import type { Move, Walk } from "./job-walks.ts";

interface LetterMove {
  readonly transaction: number;
  readonly before: JobLetter | undefined;
  readonly after: JobLetter | undefined;
}

/**
 * Each operation that has failed has one dead letter, from the transaction in which it failed; and a letter begins one
 * operation at most, in the transaction that says so.
 */
export function checkDeadLetters({ commits }: History, walks: readonly Walk[]): Violation[] {
  const letters = commits.flatMap(({ transaction, before, after }): LetterMove[] => {
    if (partsOfRowKey((after ?? before)?.rowKey ?? "")[0] !== "dead") return [];
    return [{ transaction, before: letterOf(before), after: letterOf(after) }];
  });
  return [
    ...letters.flatMap((letter) => checkLetter(letter, walks)),
    ...walks.flatMap(({ jobId, moves }) =>
      moves.flatMap((move) => checkMove(move, letters).map((text) => say(`${jobId}: ${text}`))),
    ),
  ];
}

/** Letters of messages that nobody could read are of no job. */
function letterOf(row: Row | undefined): JobLetter | undefined {
  const letter = row && readDeadLetterRow(row);
  return letter?.origin === "job" ? letter : undefined;
}

function say(text: string): Violation {
  return { kind: "dead letter", text };
}

function checkLetter({ transaction, before, after }: LetterMove, walks: readonly Walk[]): Violation[] {
  if (!after) return [];
  const { deadLetterId, jobId, operationId, replayedAs } = after;
  const move = walks.find((walk) => walk.jobId === jobId)?.moves.find((each) => each.transaction === transaction);
  if (!before) {
    const failed = move?.after?.phase === "failed" && move.after.operationId === operationId;
    return failed ? [] : [say(`${deadLetterId} stands for an operation that did not fail then`)];
  }
  const legal = Object.values(DEAD_LETTER_TRANSITIONS[before.status]).some((status) => status === after.status);
  if (!legal) return [say(`${deadLetterId}: "${before.status}" is followed by "${after.status}"`)];
  if (after.status !== "replayed") return [];
  if (move?.after?.operationId === replayedAs && move?.before?.operationId === operationId) return [];
  return [say(`${deadLetterId} says that it began ${String(replayedAs)}, and its transaction did not`)];
}

function checkMove({ transaction, before, after }: Move, letters: readonly LetterMove[]): string[] {
  if (!after) return [];
  const beside = letters.filter((letter) => letter.transaction === transaction);
  if (after.phase === "failed" && before?.phase !== "failed") {
    const own = letters.filter((letter) => !letter.before && letter.after?.operationId === after.operationId);
    return own.length === 1 && own[0]?.transaction === transaction ? [] : [`${own.length} letters when it failed`];
  }
  if (after.last.event !== "regenerated" || before?.last.version === after.last.version) return [];
  const began = beside.filter((letter) => letter.after?.replayedAs === after.operationId);
  if (began.length > 0) return [];
  if (after.last.actor === "operator") return [`${after.operationId} was begun by no letter`];
  const open = letters
    .filter((letter) => letter.transaction < transaction)
    .findLast((letter) => letter.after?.operationId === before?.operationId);
  return open?.after?.status === "open" ? [`${after.operationId} was begun, and the letter before it stays open`] : [];
}
