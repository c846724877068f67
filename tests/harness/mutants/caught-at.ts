import type { Violation } from "../history/history.ts";
import type { MutantName } from "./mutants.ts";

/** What each is to be caught at, so that it is not caught by an accident of another kind. */
export const CAUGHT_AT: Readonly<Record<MutantName, readonly Violation["kind"][]>> = {
  // Who writes blindly can also leave a job without its wake-up row.
  "no-fence": ["version", "second end", "not the holder", "illegal walk", "not ended", "wake-up row"],
  "no-supervisor": ["not ended"],
  "ack-first": ["not ended"],
  "conflict-means-accepted": ["lost"],
  "attempt-not-counted": ["attempt not counted", "too many attempts"],
  "attempt-counted-late": ["attempt not counted", "too many attempts"],
  "key-apart": ["duplicated"],
  "check-then-put": ["duplicated"],
  "message-first": ["not ended"],
  "ends-not-final": ["illegal walk", "second end"],
  "late-messages": ["late end"],
  "no-lease": ["too early"],
  "no-expiry": ["too late"],
  "no-order": ["order"],
  "ignores-the-loss": ["work for nothing"],
  "late-result": ["work for nothing", "not the holder", "illegal walk", "wrong result"],
  "no-abort": ["work for nothing"],
  "reads-a-memory": ["read back in time", "untrue answer"],
  "wake-up-stays": ["wake-up row"],
  "history-apart": ["history"],
  "letter-apart": ["dead letter"],
  "cancel-unconditional": ["version", "wake-up row", "history", "second end"],
  "cancel-any-operation": ["wrong operation"],
  "cancel-by-hint": ["untrue answer"],
};
