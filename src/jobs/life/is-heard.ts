import { verdictOf } from "./approval.ts";
import type { WaitingFor } from "./waiting-for.ts";

/** Whether what it waits for is in the row already: then whoever leads the job only has to look. */
export function isHeard(waitingFor: WaitingFor, now: Date): boolean {
  if (waitingFor.until <= now) return true;
  if (waitingFor.kind === "approval") return verdictOf(waitingFor, now) !== undefined;
  return waitingFor.kind === "call" && waitingFor.answer !== undefined;
}
