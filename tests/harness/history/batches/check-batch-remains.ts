import { partsOfRowKey } from "../../../../src/platform/partitions.ts";
import type { History } from "../history.ts";
import type { Violation } from "../violation.ts";
import { BATCH_TABLE } from "./batch-walks.ts";

/** When all has ended nobody is at work any more, no parent is waited for, and nothing is left to hand on. */
export function checkBatchRemains({ commits }: Pick<History, "commits">): Violation[] {
  const standing = new Map<string, string>();
  for (const { table, before, after } of commits) {
    const row = after ?? before;
    const what = row && transient(table, row.rowKey);
    if (!row || what === undefined) continue;
    const key = `${row.partitionKey} ${row.rowKey}`;
    if (after) standing.set(key, what);
    else standing.delete(key);
  }
  return [...standing].map(([key, what]) => ({ kind: "left over", text: `${what}: ${key}` }));
}

function transient(table: string, rowKey: string): string | undefined {
  const [kind = "", ...parts] = partsOfRowKey(rowKey);
  if (table === BATCH_TABLE) return kind === "active" || kind === "edge" ? kind : undefined;
  return isHandOff(rowKey) ? `hand-off of ${parts[3] ?? ""}` : undefined;
}

/** `due|time|workspace|job|operation`, where the wake-up row of a job ends with the job. */
export function isHandOff(rowKey: string): boolean {
  const [kind, , , , operationId] = partsOfRowKey(rowKey);
  return kind === "due" && operationId !== undefined;
}
