import { waitMs } from "../../../../src/jobs/life/due.ts";
import { ringOf } from "../../../../src/jobs/store/due-store.ts";
import { partsOfRowKey } from "../../../../src/platform/partitions.ts";
import type { Row } from "../../../../src/platform/tables.ts";
import type { History } from "../history.ts";
import { isHandOff } from "./check-batch-remains.ts";

const PATIENCE_MS = 120_000;

/**
 * From when on nothing is put off any more: what was waited for in vain before all went well is due when its wake-up row
 * says, at the latest. Wake-up rows of jobs are looked at elsewhere.
 */
export function putOffUntil({ commits, peaceAt }: Pick<History, "commits" | "peaceAt">): number | undefined {
  if (peaceAt === undefined) return undefined;
  const standing = new Map<string, number>();
  for (const { at, before, after } of commits) {
    if (at > peaceAt) break;
    const { rowKey = "" } = after ?? before ?? {};
    if (!isHandOff(rowKey) && !isOfBatch(rowKey)) continue;
    if (after) standing.set(rowKey, waitsUntil(after));
    else standing.delete(rowKey);
  }
  return Math.max(peaceAt, ...standing.values());
}

/** A first ring comes when the row's key says; each ring in vain doubles the wait for the next. */
function waitsUntil(row: Row): number {
  const ring = ringOf(row);
  if (!ring) return Date.parse(partsOfRowKey(row.rowKey)[1] ?? "");
  return ring.rungAt.getTime() + waitMs(ring.rings - 1, { messageMs: PATIENCE_MS, leaseMs: 0 });
}

function isOfBatch(rowKey: string): boolean {
  const [kind, , , id = ""] = partsOfRowKey(rowKey);
  return kind === "due" && id.startsWith("batch_");
}
