import { readDeadLetterRow } from "../../../src/jobs/store/dead-letter-row.ts";
import { exchangesOf } from "./asked.ts";
import type { History, Violation } from "./history.ts";

/** Whoever is told that a letter was replayed is told the one operation that came of it. */
export function checkReplays({ clients, commits }: History): Violation[] {
  const begun = new Map<string, string>();
  for (const { after } of commits) {
    const letter = after?.rowKey.startsWith("dead|") ? readDeadLetterRow(after) : undefined;
    if (letter?.origin === "job" && letter.replayedAs) begun.set(letter.deadLetterId, letter.replayedAs);
  }
  return exchangesOf(clients, "replay").flatMap(({ ask, answer }): Violation[] => {
    const { letterId = "" } = ask;
    if (answer?.did !== "yes" || begun.get(letterId) === answer.operationId) return [];
    const told = `${letterId} began ${begun.get(letterId) ?? "nothing"}, and ${answer.operationId} was told`;
    return [{ kind: "dead letter", text: told }];
  });
}
