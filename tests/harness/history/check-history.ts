import { checkAborts } from "./check-aborts.ts";
import { checkAccounting } from "./check-accounting.ts";
import { checkAttempts } from "./check-attempts.ts";
import { checkBeside } from "./check-beside.ts";
import { checkBlobs } from "./check-blobs.ts";
import { checkBooks } from "./check-books.ts";
import { checkBound } from "./check-bound.ts";
import { checkCancels } from "./check-cancels.ts";
import { checkDeadLetters } from "./check-dead-letters.ts";
import { checkOrder } from "./check-order.ts";
import { checkPurge } from "./check-purge.ts";
import { checkReads } from "./check-reads.ts";
import { checkRefusals } from "./check-refusals.ts";
import { checkRegenerates } from "./check-regenerates.ts";
import { checkReplays } from "./check-replays.ts";
import { checkResults } from "./check-results.ts";
import { checkWalk } from "./check-walk.ts";
import type { History, Violation } from "./history.ts";
import { walksOf } from "./job-walks.ts";
import { payloadTexts } from "./payload-texts.ts";

/** Everything that a history shows to be wrong: a pure function of what clients heard and storage wrote. */
export function checkHistory(history: History): Violation[] {
  const walks = walksOf(history);
  const textOf = payloadTexts(history);
  return [
    ...checkAccounting(history, walks),
    ...walks.flatMap(checkWalk),
    ...walks.flatMap(checkAttempts),
    ...walks.flatMap((walk) => checkResults(walk, textOf)),
    ...checkCancels(history, walks),
    ...checkRegenerates(history, walks, textOf),
    ...checkRefusals(history, walks),
    ...checkReads(history, walks, textOf),
    ...checkBeside(history, walks),
    ...checkDeadLetters(history, walks),
    ...checkReplays(history),
    ...checkOrder(walks),
    ...checkBlobs(history, walks),
    ...checkPurge(history),
    ...checkAborts(history, walks, textOf),
    ...checkBooks(history, walks),
    ...checkBound(history, walks),
    ...history.surprises.map((text) => ({ kind: "surprise", text }) as const),
    ...checkSomethingHappened(history),
  ];
}

/** A run in which nobody asked or was answered proves nothing. */
function checkSomethingHappened({ clients, commits }: History): Violation[] {
  const asked = clients.some(({ did }) => did === "submit");
  const heard = clients.some(({ did }) => did !== "submit");
  if (asked && heard) return [];
  return [{ kind: "nothing happened", text: `${clients.length} events of clients, ${commits.length} commits` }];
}
