import type { EditableChanges } from "./changes.ts";
import type { Known } from "./instance.ts";

/** Adds what is left to do for one of them. */
export function outstandingOf(known: Known, found: Pick<EditableChanges, "woken" | "activities" | "timers">): void {
  if (known.kind === "archived") return;
  const { id } = known;
  for (const timer of known.timers.values()) found.timers.push({ id, timer });
  if (known.inbox.length > 0) found.woken.add(id);
  if (known.kind === "entity") {
    if (known.queue.length > 0) found.woken.add(id); // a full batch leaves requests in the queue and nothing in the inbox
    return;
  }
  for (const work of known.activities.values()) {
    found.activities.push({ id, executionId: known.executionId, work });
  }
}
