import { checkAccounting } from "./check-accounting.ts";
import { checkAttempts } from "./check-attempts.ts";
import { checkReads } from "./check-reads.ts";
import { checkWalk } from "./check-walk.ts";
import type { History, Violation } from "./history.ts";
import { walksOf } from "./job-walks.ts";

/** Everything that a history shows to be wrong: a pure function of what clients heard and storage wrote. */
export function checkHistory(history: History): Violation[] {
  const walks = walksOf(history);
  return [
    ...checkAccounting(history, walks),
    ...walks.flatMap(checkWalk),
    ...walks.flatMap(checkAttempts),
    ...checkReads(history, walks),
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
