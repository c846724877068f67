import type { Policy } from "../contract/batch-request.ts";
import { hasEnded } from "./item-states.ts";
import type { ItemState } from "./item-states.ts";

/** What is to become of a blocked item. */
export type GateDecision = "wait" | "release" | "skip";

/**
 * Whether a blocked item may run, derived from how its parents stand, never counted: whoever asks, however often and in
 * whatever order the parents ended, comes to the same. Where the first failure cancels the rest, nobody else decides
 * about what is behind it.
 */
export function decideGate(parents: readonly ItemState[], policy: Policy): GateDecision {
  if (!parents.every(hasEnded)) return "wait";
  if (policy === "continue" || parents.every((state) => state === "completed")) return "release";
  return policy === "skip_dependents" ? "skip" : "wait";
}
