import type { Violation } from "../violation.ts";
import type { BatchHistory } from "./batch-history.ts";
import type { BatchWalk } from "./batch-walk.ts";

/** What was promised is there, once and whole; what is there was asked for. */
export function checkBatchAccounting({ plans, batchEvents }: BatchHistory, batches: readonly BatchWalk[]): Violation[] {
  const found: Violation[] = [];
  for (const { name, items } of plans) {
    const made = batches.filter(({ plan }) => plan.name === name);
    const heard = new Set(
      batchEvents.flatMap((event) => (event.did === "heard" && event.name === name ? [event.batchId] : [])),
    );
    for (const batchId of heard)
      if (!made.some((batch) => batch.batchId === batchId))
        found.push({ kind: "lost", text: `${name} was accepted as ${batchId}, which is not there` });
    if (made.length > 1)
      found.push({ kind: "duplicated", text: `${name} is ${made.map(({ batchId }) => batchId).join(" and ")}` });
    for (const batch of made) {
      const missing = items.filter(({ key }) => (batch.items.get(key)?.moves.length ?? 0) === 0);
      if (missing.length > 0) found.push({ kind: "lost", text: `${name} never had ${missing.length} of its items` });
    }
  }
  if (batches.length === 0 && batchEvents.some(({ did }) => did === "heard"))
    found.push({ kind: "nothing happened", text: "there is no batch" });
  return found;
}
